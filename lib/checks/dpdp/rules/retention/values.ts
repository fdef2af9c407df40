import { at, isObject, numberOf, possible, textOf, textWithin, type Value } from '../../template';

/** Whether it is certainly a number from `least` to `most`. */
export function isWithin(value: Value, least: number, most: number): boolean {
  return possible(value).every((one) => {
    const number = numberOf(one);
    return number !== undefined && number >= least && number <= most;
  });
}

/** Whether it is certainly false, or missing where that means the same. */
export function isOff(value: Value): boolean {
  return possible(value).every((one) => one === undefined || one === false || one === 'false');
}

/** The text, also where functions join it of texts alone; undefined where a deployment adds something. */
export function literalOf(value: Value): string | undefined {
  if (!isObject(value)) return textOf(value);
  const parts = at(value, 'Fn::Join');
  if (Array.isArray(parts) && Array.isArray(parts[1]) && parts[1].every((part) => typeof part === 'string'))
    return textWithin(value);
  const sub = value['Fn::Sub'];
  return typeof sub === 'string' && !sub.includes('${') ? sub : undefined;
}

/** Whether there is anything that a template says of it in some case. */
export function maySay(value: Value): boolean {
  return possible(value).some((one) => one !== undefined);
}
