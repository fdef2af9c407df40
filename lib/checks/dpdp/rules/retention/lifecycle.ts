import { at, isObject, numberOf, possible, type TemplateResource, type Value } from '../../template';
import { maySay } from './values';

/** Types that have a lifecycle in the same shape. */
export const WITH_LIFECYCLE = ['AWS::S3::Bucket', 'AWS::S3Express::DirectoryBucket'] as const;

/** Whether in every case some lifecycle rule that is on and covers the whole bucket is as asked. */
export function everCovered(bucket: TemplateResource, isAsAsked: (rule: Value) => boolean): boolean {
  return rulesOf(bucket).every(
    (rules) =>
      Array.isArray(rules) &&
      rules.some((rule) => possible(rule).every((one) => isOn(one) && coversAll(one) && isAsAsked(one))),
  );
}

/** Whether in some case a lifecycle rule that may be on, of whatever part of the bucket, is as asked; true where it cannot be told. */
export function mayHaveRule(bucket: TemplateResource, isAsAsked: (rule: Value) => boolean): boolean {
  return rulesOf(bucket).some((rules) => {
    if (!Array.isArray(rules)) return rules !== undefined;
    return rules.flatMap(possible).some((rule) => rule !== undefined && mayBeOn(rule) && isAsAsked(rule));
  });
}

/** Whether the bucket keeps versions in some case. Object Lock switches versions on by itself. */
export function mayHaveVersions({ properties }: TemplateResource): boolean {
  return (
    maySay(at(properties.VersioningConfiguration, 'Status')) ||
    maySay(properties.ObjectLockEnabled) ||
    possible(properties.VersioningConfiguration).some((one) => one !== undefined && at(one, 'Status') === undefined)
  );
}

/** The lists of rules that there can be; undefined where there is no lifecycle. */
function rulesOf({ properties }: TemplateResource): readonly Value[] {
  return possible(properties.LifecycleConfiguration).flatMap((one) => {
    if (one === undefined) return [undefined];
    const rules = possible(at(one, 'Rules'));
    // A function stands where the rules should.
    return rules.map((list) => list ?? one);
  });
}

function isOn(rule: Value): boolean {
  return possible(at(rule, 'Status')).every((status) => status === 'Enabled');
}

function mayBeOn(rule: Value): boolean {
  return !isObject(rule) || possible(rule.Status).some((status) => status !== 'Disabled');
}

function coversAll(rule: Value): boolean {
  return (
    possible(at(rule, 'Prefix')).every((prefix) => prefix === undefined || prefix === '') &&
    possible(at(rule, 'TagFilters')).every(
      (tags) => tags === undefined || (Array.isArray(tags) && tags.length === 0),
    ) &&
    possible(at(rule, 'ObjectSizeGreaterThan')).every((size) => size === undefined || numberOf(size) === 0) &&
    !maySay(at(rule, 'ObjectSizeLessThan'))
  );
}
