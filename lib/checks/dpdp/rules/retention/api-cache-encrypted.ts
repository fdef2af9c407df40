import type { Rule } from '../../rule';
import { at, isObject, isTrue, type Properties, possible, type Value } from '../../template';
import { SAFEGUARDS, SECURITY } from './sources';
import { isOff } from './values';

/** A cache is a store that nobody calls one. */
export const apiCacheEncrypted: Rule = {
  id: 'ApiCacheEncrypted',
  area: 'minimisation',
  severity: 'error',
  title: 'APIs keep no answers in a cache that is not encrypted.',
  why: 'A cache holds answers about people beside the stores, and without encryption whoever reaches it reads them.',
  fix: 'Leave the cache off, or set `CacheDataEncrypted` to true in each method setting, in AppSync `AtRestEncryptionEnabled` and `TransitEncryptionEnabled`.',
  serves: [SAFEGUARDS, SECURITY],
  types: ['AWS::ApiGateway::Stage', 'AWS::AppSync::ApiCache'],
  check: ({ type, properties }) => {
    const isWell = type === 'AWS::AppSync::ApiCache' ? isEncrypted(properties) : isUncachedOrEncrypted(properties);
    return isWell ? 'compliant' : 'broken';
  },
};

function isEncrypted({ AtRestEncryptionEnabled, TransitEncryptionEnabled }: Properties): boolean {
  return isTrue(AtRestEncryptionEnabled) && isTrue(TransitEncryptionEnabled);
}

function isUncachedOrEncrypted({ CacheClusterEnabled, MethodSettings }: Properties): boolean {
  // Without a cluster no method has a cache, whatever its settings say.
  if (isOff(CacheClusterEnabled)) return true;
  return possible(MethodSettings).every(
    (all) => Array.isArray(all) && all.length > 0 && all.flatMap(possible).every(isMethodWell),
  );
}

function isMethodWell(settings: Value): boolean {
  if (settings === undefined) return true;
  return isObject(settings) && (isOff(at(settings, 'CachingEnabled')) || isTrue(at(settings, 'CacheDataEncrypted')));
}
