import { follow, remembered } from './follow';
import { isAbsent, reach } from './reach';
import { listOf } from './statements';
import { at, isObject, possible, type Template, type TemplateResource, textWithin, type Value } from './template';

/** Policies of AWS resources, and the property in which they name what they are for. */
const POLICIES: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 'Bucket',
  'AWS::SQS::QueuePolicy': 'Queues',
  'AWS::SQS::QueueInlinePolicy': 'Queue',
  'AWS::SNS::TopicPolicy': 'Topics',
  'AWS::SNS::TopicInlinePolicy': 'TopicArn',
};

const NAMES = ['BucketName', 'QueueName', 'TopicName'];

interface Attached {
  readonly toResource: Map<TemplateResource, Value[]>;
  readonly toName: Map<string, Value[]>;
}

const attached = new WeakMap<readonly Template[], Attached>();

/** Documents of the policies that are attached to a bucket, queue or topic. */
export function documentsOn(resource: TemplateResource): readonly Value[] {
  const { toResource, toName } = remembered(attached, resource.app, () => attachedIn(resource.app));
  const names = NAMES.map((name) => resource.properties[name]).filter((name) => typeof name === 'string');
  return [...(toResource.get(resource) ?? []), ...names.flatMap((name) => toName.get(name) ?? [])];
}

function attachedIn(app: readonly Template[]): Attached {
  const found: Attached = { toResource: new Map(), toName: new Map() };
  for (const policy of app.flatMap((template) => template.ofType(...Object.keys(POLICIES)))) {
    const { PolicyDocument: document } = policy.properties;
    for (const target of listOf(policy.properties[POLICIES[policy.type] ?? ''])) {
      for (const origin of follow(target, policy)) {
        if (origin.kind === 'resource') add(found.toResource, origin.resource, document);
        if (origin.kind === 'text') add(found.toName, origin.text.split(/[:/]/).at(-1) ?? '', document);
      }
    }
  }
  return found;
}

function add<K>(map: Map<K, Value[]>, key: K, document: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [document]);
  else known.push(document);
}

/**
 * Whether some policy of the resource refuses these actions to everybody without TLS, on no other condition.
 * @param actions one of which is enough, e.g. `s3:*`
 * @param needs what the statement's resources have to be, beside everything
 */
export function isRefusedWithoutTls(
  resource: TemplateResource,
  actions: readonly string[],
  needs: (resources: readonly Value[]) => boolean = () => true,
): boolean {
  const isDenial = (statement: Value) => {
    if (at(statement, 'Effect') !== 'Deny' || !isEverybody(at(statement, 'Principal'))) return false;
    const resources = listOf(at(statement, 'Resource'));
    return (
      listOf(at(statement, 'Action')).some((one) => typeof one === 'string' && actions.includes(one.toLowerCase())) &&
      isWithoutTls(at(statement, 'Condition')) &&
      (resources.includes('*') || needs(resources))
    );
  };
  // One that a condition may take out refuses nothing in that case.
  return documentsOn(resource).some((document) =>
    reach(document, 'Statement').every((statements) =>
      (Array.isArray(statements) ? statements : [statements]).some((one) => possible(one).every(isDenial)),
    ),
  );
}

/** Whether a principal is everybody, signed in or not. */
export function isEverybody(principal: Value): boolean {
  return [...listOf(principal), ...listOf(at(principal, 'AWS'))].includes('*');
}

/** Whether the resources of a statement are a bucket and the objects in it. */
export function isBucketWithObjects(resources: readonly Value[]): boolean {
  const isOfObjects = (one: Value) => textWithin(one).endsWith('/*');
  return resources.some(isOfObjects) && resources.some((one) => !isOfObjects(one));
}

function isWithoutTls(condition: Value): boolean {
  if (!isObject(condition)) return false;
  const operators = Object.entries(condition);
  return (
    operators.length === 1 &&
    operators.every(
      ([operator, keys]) =>
        /^Bool(IfExists)?$/.test(operator) &&
        isObject(keys) &&
        Object.keys(keys).length === 1 &&
        Object.entries(keys).every(
          ([key, value]) =>
            key.toLowerCase() === 'aws:securetransport' &&
            reach(value)
              .filter((one) => !isAbsent(one))
              .every((one) => one === false || one === 'false'),
        ),
    )
  );
}
