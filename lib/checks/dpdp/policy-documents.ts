import { follow } from './follow';
import { isAbsent, isIntrinsic, reach } from './reach';
import { allowing, listOf } from './statements';
import { isObject, type Properties, type TemplateResource, type Value } from './template';

/** In the words of a finding: something that an intrinsic function makes at deployment. */
export const UNKNOWN = '<unknown>';

/** Stands for the account of the stack. */
const OWN_ACCOUNT = '<AWS::AccountId>';

/** A principal of a statement: `AWS`, `Service`, `Federated` or `CanonicalUser`, and who it is. */
export interface Principal {
  readonly kind: string;
  /** `*` = everybody; {@link UNKNOWN} where synth cannot tell. */
  readonly name: string;
}

/** A document as it is read: some types want it as a text of JSON. What is no JSON is left as it is. */
export function documentOf(value: Value): Value {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Statements of a policy document that do not deny; whatever is no statement is left as it is. */
export function statements(document: Value): readonly Value[] {
  return reach(document).flatMap((one) => {
    if (isAbsent(one)) return [];
    const read = documentOf(one);
    return isObject(read) && !isIntrinsic(read) ? allowing(read) : [read];
  });
}

/** What a statement allows, as written; `NotAction` where it says what it does not. */
export function actions(statement: Value, from: TemplateResource): readonly string[] {
  if (!isReadable(statement)) return [UNKNOWN];
  if (!isAbsent(statement.NotAction)) return ['NotAction'];
  return texts(statement.Action, from);
}

/** On what; `*` for everything, which `NotResource` is too. */
export function resources(statement: Value, from: TemplateResource): readonly string[] {
  if (!isReadable(statement)) return [UNKNOWN];
  if (!isAbsent(statement.NotResource)) return ['*'];
  return texts(statement.Resource, from);
}

/** To whom; a `NotPrincipal` is everybody, and so is a statement that names nobody. */
export function principals(statement: Value, from: TemplateResource): readonly Principal[] {
  if (!isReadable(statement)) return [{ kind: 'AWS', name: UNKNOWN }];
  const everybody = { kind: 'AWS', name: '*' };
  if (!isAbsent(statement.NotPrincipal)) return [everybody];
  const named = listOf(statement.Principal).flatMap((principal) => {
    if (!isObject(principal) || isIntrinsic(principal))
      return texts(principal, from).map((name) => ({ kind: 'AWS', name }));
    return Object.entries(principal).flatMap(([kind, who]) => texts(who, from).map((name) => ({ kind, name })));
  });
  return named.length === 0 ? [everybody] : named;
}

/** Whether everybody may be meant: a parameter may be a `*` too. */
export function mayBeEverybody({ kind, name }: Principal): boolean {
  return kind !== 'Service' && (name === '*' || name === UNKNOWN);
}

/** Whether an ARN or account number is of the stack's own account, or of a resource of the app. */
export function isOwn({ name }: Principal, { template: { account } }: TemplateResource): boolean {
  const own = account === undefined ? [OWN_ACCOUNT] : [OWN_ACCOUNT, account];
  return own.some((number) => name === number || name.includes(`::${number}:`)) || /^<.+\..+>$/.test(name);
}

/** Whether some condition compares one of these keys, in lower case, with something that is not everything. */
export function narrows(condition: Value, keys: readonly string[]): boolean {
  return reach(condition).every(
    (one) =>
      isObject(one) &&
      Object.entries(one).some(
        ([operator, compared]) =>
          /^(ForAnyValue:)?((String|Arn)(Equals|Like)(IgnoreCase)?|IpAddress)$/.test(operator) &&
          isObject(compared) &&
          Object.entries(compared).some(([key, value]) => keys.includes(key.toLowerCase()) && isNarrow(value)),
      ),
  );
}

function isNarrow(value: Value): boolean {
  const compared = listOf(value);
  return compared.length > 0 && !compared.some((one) => typeof one === 'string' && /^([*?]*|.*\/0)$/.test(one));
}

function isReadable(statement: Value): statement is Properties {
  return isObject(statement) && !isIntrinsic(statement);
}

/** Texts of one thing or a list of them, with references as `<Id.Attribute>`. */
function texts(value: Value, from: TemplateResource): readonly string[] {
  return listOf(value).flatMap((one) =>
    follow(one, from).flatMap((origin) => {
      if (origin.kind === 'nothing') return [];
      if (origin.kind === 'text') return [origin.text];
      if (origin.kind === 'resource') return [`<${origin.resource.logicalId}.${origin.attribute}>`];
      return [origin.kind === 'unseen' ? '<Unseen.Attribute>' : UNKNOWN];
    }),
  );
}
