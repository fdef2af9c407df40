import type { Ref, Target } from '../erasure/ports';
import { sha256Hex } from '../shared/canonical';
import type { Keepers, Store } from '../shared/inventory';
import { ID_PATTERN, itemKey, objectKey, SHARED } from '../shared/layout';

/** Kinds of sealed things, and the letter by which a name tells them: nobody has to read what is sealed to count it. */
export const SEALED_KINDS = { v: 'versions', m: 'deleteMarkers', i: 'items' } as const;
export type SealedKind = (typeof SEALED_KINDS)[keyof typeof SEALED_KINDS];

/** For which request, and from where. */
export interface SealingOf {
  readonly requestId: string;
  readonly target: Target;
  readonly source: Store;
  readonly keepers: Pick<Keepers, 'vaultBucket' | 'vaultTable'>;
}

/** Where one thing lies in the vault. */
export interface Place {
  /** Key of the copy in the vault's bucket: `<tenantId>/<shard>/<subjectId>/<requestId>/<storeId>/<name>`. */
  readonly objectKey: string;
  /** Row of its description: `<tenantId>#<shard>`, `<subjectId>#<requestId>#<storeId>#<name>`. */
  readonly pk: string;
  readonly sk: string;
}

/** Characters of the hash in a name: 128 bits, so that no two things meet. */
const HASH_LENGTH = 32;
/** Of these, what the states of one row have in common. */
const SOURCE_LENGTH = 16;

/**
 * The place of a thing, the same whenever it is asked for. The name is a hash, because a source key may hold
 * personal data and is no part of a key that access logs would repeat.
 *
 * @param sha256 of the content, for things that can change: each state of a row has a place of its own
 */
export function placeOf(ref: Ref, { requestId, target, source, keepers }: SealingOf, sha256?: string): Place {
  const letter = Object.entries(SEALED_KINDS).find(([, kind]) => kind === ref.kind)?.[0];
  if (letter === undefined) throw new Error(`${ref.kind} are not sealed`);
  const identity = sha256Hex(`${ref.key}\0${ref.part}`);
  const hash = sha256 === undefined ? identity : identity.slice(0, SOURCE_LENGTH) + sha256;
  const name = `${letter}${hash.slice(0, HASH_LENGTH)}`;
  const subject = subjectOf(ref, target, source);
  const { vaultBucket, vaultTable } = keepers;
  return {
    objectKey: objectKey(
      target.tenantId,
      subject,
      [...(subject === SHARED ? [SHARED] : []), requestId, source.id, name].join('/'),
      vaultBucket.shards,
    ),
    ...itemKey(target.tenantId, subject, [requestId, source.id, name].join('#'), vaultTable.shards),
  };
}

/** What the key of something in the vault says about it. */
export interface SealedName {
  readonly requestId: string;
  readonly storeId: string;
  readonly kind: SealedKind;
  /** Letter and hash: the same in bucket and table. */
  readonly name: string;
}

/** What the names of all states of one row begin with, so that they can be counted as the one row they were. */
export function rowOfName(name: string): string {
  return name.slice(0, 1 + SOURCE_LENGTH);
}

/** Reads the name of an object, version or upload of the vault's bucket; undefined when it is not of our making. */
export function sealedObject(key: string): SealedName | undefined {
  const [, , , requestId, storeId, name, ...more] = key.split('/');
  return more.length > 0 ? undefined : sealedName(requestId, storeId, name);
}

/** Reads the name of a row of the vault's table; undefined when it is not of our making. */
export function sealedRow(sortKey: string): SealedName | undefined {
  const [, requestId, storeId, name, ...more] = sortKey.split('#');
  return more.length > 0 ? undefined : sealedName(requestId, storeId, name);
}

function sealedName(requestId = '', storeId = '', name = ''): SealedName | undefined {
  const kind = Object.entries(SEALED_KINDS).find(([letter]) => name.startsWith(letter))?.[1];
  if (requestId === '' || storeId === '' || kind === undefined || name.length !== HASH_LENGTH + 1) return undefined;
  return { requestId, storeId, kind, name };
}

/**
 * Whose a sealed thing is: in one person's erasure hers, whatever its key says; in a tenant's erasure the
 * person's of its key, so that a legal hold on one person finds it, and else the tenant's.
 */
function subjectOf(ref: Ref, target: Target, source: Store): string {
  if (target.scope === 'subject') {
    if (target.subjectId === undefined) throw new Error('a subject erasure needs a subject id');
    return target.subjectId;
  }
  const [shard = SHARED, subject = '', rest] =
    source.kind === 's3' ? ref.key.split('/').slice(1) : [ref.key.split('#')[1], ...ref.part.split('#')];
  const isPersons = /^[0-9a-f]{2}$/.test(shard) && ID_PATTERN.test(subject) && rest !== undefined;
  return isPersons ? subject : SHARED;
}
