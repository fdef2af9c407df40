import { isObject, items, possible, type Value } from './template';

/**
 * Every value that there may be at a path, through each `Fn::If` on the way; undefined where it is left out. Where another
 * intrinsic function stands on the way, that is the value, so that whoever expects something else sees that it cannot tell.
 */
export function reach(value: Value, ...path: string[]): readonly Value[] {
  return path.reduce<readonly Value[]>(
    (values, name) =>
      values.flatMap((one) => (isIntrinsic(one) ? [one] : possible(isObject(one) ? one[name] : undefined))),
    possible(value),
  );
}

/** Whether an intrinsic function makes the value at deployment. */
export function isIntrinsic(value: Value): boolean {
  if (!isObject(value)) return false;
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'));
}

/** Whether the property is left out. */
export function isAbsent(value: Value): boolean {
  return value === undefined || value === null;
}

/**
 * What is said of each item of the lists at a path. Left out, there is nothing to say.
 * @param unclear what is said where something else than a list stands there
 */
export function inEach(
  value: Value,
  path: readonly string[],
  unclear: string,
  say: (item: Value) => readonly string[],
): readonly string[] {
  return reach(value, ...path)
    .filter((one) => !isAbsent(one))
    .flatMap((list) => (Array.isArray(list) ? items(list).flatMap(say) : [unclear]));
}

/** The same things, once each. */
export function once(findings: readonly string[]): readonly string[] {
  return findings.length < 2 ? findings : [...new Set(findings)];
}
