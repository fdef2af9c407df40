import { follow, remembered } from './follow';
import { isAbsent, isIntrinsic, once, reach } from './reach';
import { listOf } from './statements';
import { at, isObject, isTrue, type Template, type TemplateResource, textOf, type Value } from './template';

/** What a trail records of the data in a type of store, e.g. `AWS::S3::Object`, reads and writes alike. */
interface Watch {
  readonly type: string;
  /** ARNs that it watches; all of the type where there are none. */
  readonly only: readonly string[];
  /** Beginnings of ARNs that it leaves out. */
  readonly without: readonly string[];
}

const EVERY = /^arn:(aws[a-z-]*|<AWS::Partition>):(s3(:::)?|dynamodb|lambda)$/;

const watches = new WeakMap<readonly Template[], readonly Watch[]>();

/** Whether some trail of the app records reads and writes of all that is in stores of this type, but for exceptions. */
export function isWatched(app: readonly Template[], type: string): boolean {
  return watchesOf(app).some((watch) => watch.type === type && watch.only.length === 0);
}

/** Whether some trail of the app records reads and writes of the objects in a bucket. */
export function isBucketWatched(bucket: TemplateResource): boolean {
  const names = [`<${bucket.logicalId}.`, `:::${textOf(bucket.properties.BucketName) ?? '<none>'}`];
  const isOfBucket = (arn: string) => names.some((name) => arn.includes(name));
  return watchesOf(bucket.app).some(
    ({ type, only, without }) =>
      type === 'AWS::S3::Object' && (only.length === 0 || only.some(isOfBucket)) && !without.some(isOfBucket),
  );
}

function watchesOf(app: readonly Template[]): readonly Watch[] {
  return remembered(watches, app, () =>
    app
      .flatMap((template) => template.ofType('AWS::CloudTrail::Trail'))
      .filter(({ properties }) => isTrue(properties.IsLogging))
      .flatMap((trail) => [
        ...listOf(trail.properties.AdvancedEventSelectors).flatMap((selector) => advanced(selector, trail)),
        ...listOf(trail.properties.EventSelectors).flatMap((selector) => basic(selector, trail)),
      ]),
  );
}

function advanced(selector: Value, trail: TemplateResource): readonly Watch[] {
  const fields = new Map<unknown, Value>();
  for (const field of listOf(at(selector, 'FieldSelectors'))) fields.set(at(field, 'Field'), field);
  const category = listOf(at(fields.get('eventCategory'), 'Equals'));
  const narrowed = ['readOnly', 'eventName', 'userIdentity.arn', 'sessionCredentialFromConsole'].some((name) =>
    fields.has(name),
  );
  if (!category.includes('Data') || narrowed) return [];
  const arns = fields.get('resources.ARN');
  const texts = (...operators: string[]) => operators.flatMap((name) => arnsOf(at(arns, name), trail));
  const only = texts('Equals', 'StartsWith', 'EndsWith');
  const without = texts('NotEquals', 'NotStartsWith', 'NotEndsWith');
  if (arns !== undefined && only.length + without.length === 0) return [];
  return listOf(at(fields.get('resources.type'), 'Equals')).map((type) => ({ type: String(type), only, without }));
}

function basic(selector: Value, trail: TemplateResource): readonly Watch[] {
  const reads = reach(selector, 'ReadWriteType').every((kind) => isAbsent(kind) || kind === 'All');
  if (!reads) return [];
  return listOf(at(selector, 'DataResources')).flatMap((data) => {
    if (!isObject(data) || isIntrinsic(data)) return [];
    const arns = arnsOf(data.Values, trail);
    if (arns.length === 0) return [];
    const only = arns.some((arn) => EVERY.test(arn)) ? [] : once(arns);
    return [{ type: String(data.Type), only, without: [] }];
  });
}

function arnsOf(value: Value, trail: TemplateResource): readonly string[] {
  return listOf(value).flatMap((one) =>
    follow(one, trail).flatMap((origin) => {
      if (origin.kind === 'resource') return [`<${origin.resource.logicalId}.${origin.attribute}>`];
      return origin.kind === 'text' ? [origin.text] : ['<unknown>'];
    }),
  );
}
