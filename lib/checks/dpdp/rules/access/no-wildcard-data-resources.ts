import { GRANTING, granted } from '../../granted';
import { actions, resources, UNKNOWN } from '../../policy-documents';
import { once } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { listOf } from '../../statements';
import { at, isObject, type Value } from '../../template';
import { isOfData } from './data-services';

/** Actions that know no resource, or that make one. */
const WITHOUT_RESOURCE =
  /^(kms:(createkey|list(keys|aliases)|generaterandom|describecustomkeystores)|sqs:listqueues|secretsmanager:(listsecrets|getrandompassword|batchgetsecretvalue)|dynamodb:(list(tables|backups|globaltables|exports|imports|streams|contributorinsights)|describe(limits|endpoints|reservedcapacity.*))|kinesis:(liststreams|describe(limits|accountsettings))|s3:(listallmybuckets|getaccountpublicaccessblock|listaccesspoints|listjobs))$/i;

/** Any resource of a service, whatever it is called: `*`, `arn:aws:s3:::*`, `arn:aws:dynamodb:*:*:table/*`. */
const ANY =
  /^(\*|arn:[^:]*:[^:]*:[^:]*:(<AWS::AccountId>|[^:]*):((table|key|alias|stream|secret|cluster)[/:])?\*(\/\*)?)$/;

/** Conditions that pick resources. */
const PICKS = /^(aws:resourcetag\/.+|kms:resourcealiases|s3:dataaccesspointarn|kms:encryptioncontext:.+)$/i;

export const noWildcardDataResources: Rule = {
  id: 'NoWildcardDataResources',
  area: 'access',
  severity: 'error',
  title: 'Policies name the stores, queues and keys on which they allow something.',
  why: 'Who may act on every store reaches the data of all tenants, also that of stores which are yet to come.',
  fix: 'Name ARNs in `Resource`, or pick them by a condition such as `aws:ResourceTag` or `kms:ResourceAliases`.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: GRANTING,
  check(resource) {
    const judged = granted(resource).filter((statement) => actions(statement, resource).some(isOnResources));
    if (judged.length === 0) return 'not-applicable';
    const wide = judged.filter(
      (statement) => resources(statement, resource).some(isAny) && !picks(at(statement, 'Condition')),
    );
    return once(
      wide.flatMap((one) =>
        actions(one, resource)
          .filter(isOnResources)
          .map((action) => `Action::${action}`),
      ),
    );
  },
};

function isOnResources(action: string): boolean {
  if (action === 'NotAction' || action.includes('<')) return true;
  return isOfData(action) && !WITHOUT_RESOURCE.test(action);
}

function isAny(arn: string): boolean {
  return arn === UNKNOWN || ANY.test(arn.replace('<AWS::Region>', '*'));
}

function picks(condition: Value): boolean {
  return (
    isObject(condition) &&
    Object.entries(condition).some(
      ([operator, keys]) =>
        /^(ForAnyValue:)?(String|Arn)(Equals|Like)(IgnoreCase)?$/.test(operator) &&
        isObject(keys) &&
        Object.entries(keys).some(([key, value]) => PICKS.test(key) && !listOf(value).includes('*')),
    )
  );
}
