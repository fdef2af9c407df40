import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { allowing, isStatement, listOf } from '../../statements';
import { at, isObject, type Value } from '../../template';

const ADMINISTRATION = [
  'kms:putkeypolicy',
  'kms:schedulekeydeletion',
  'kms:disablekey',
  'kms:deleteimportedkeymaterial',
];
const USE = [
  ...['kms:decrypt', 'kms:encrypt', 'kms:generatedatakey', 'kms:generatedatakeywithoutplaintext'],
  ...['kms:generatedatakeypair', 'kms:reencryptfrom', 'kms:reencryptto', 'kms:sign', 'kms:generatemac'],
  'kms:derivesharedsecret',
];

interface Duties {
  administers: boolean;
  uses: boolean;
}

export const kmsPolicySeparatesDuties: Rule = {
  id: 'KmsPolicySeparatesDuties',
  area: 'keys',
  severity: 'error',
  title: 'Key policies give no principal both the administration and the use of the key.',
  why: 'Whoever has both can read the data, hand it on, and end the key; the account itself is no principal in this sense, since IAM decides for it.',
  fix: 'Give `kms:PutKeyPolicy`, `kms:ScheduleKeyDeletion` and the like to one principal, and `kms:Decrypt` and the like to others.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'],
  check: ({ properties: { KeyPolicy } }) => {
    // KMS's own policy hands all to the account.
    if (reach(KeyPolicy).every(isAbsent)) return 'not-applicable';
    const statements = allowing(KeyPolicy);
    if (statements.length === 0 || !statements.every(isStatement)) return 'broken';
    const duties = new Map<string, Duties>();
    for (const statement of statements)
      for (const principal of principalsOf(statement.Principal)) {
        const known = duties.get(principal) ?? { administers: false, uses: false };
        duties.set(principal, {
          administers: known.administers || allows(statement, ADMINISTRATION),
          uses: known.uses || allows(statement, USE),
        });
      }
    return [...duties.values()].every(({ administers, uses }) => !(administers && uses)) ? 'compliant' : 'broken';
  },
};

/** Principals in one text each, without the account itself and without services of AWS. */
function principalsOf(principal: Value): readonly string[] {
  const named =
    isObject(principal) && isAbsent(principal.Ref) ? listOf(principal.AWS ?? principal.Federated) : listOf(principal);
  return named.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).filter((text) => !isAccount(text));
}

function isAccount(text: string): boolean {
  return /^\d{12}$/.test(text) || text === '{"Ref":"AWS::AccountId"}' || /:iam::.*:root("\]\]\}|"\})?$/.test(text);
}

function allows(statement: Value, actions: readonly string[]): boolean {
  if (!isAbsent(at(statement, 'NotAction'))) return true;
  return listOf(at(statement, 'Action')).some((action) => {
    if (typeof action !== 'string') return true;
    const pattern = new RegExp(
      `^${action
        .toLowerCase()
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    );
    return actions.some((one) => pattern.test(one));
  });
}
