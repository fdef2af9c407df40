import { isAbsent, isIntrinsic, reach } from './reach';
import { isObject, type Properties, type Value } from './template';

/** Statements of a policy document, both sides of each condition; whatever is no statement is left as it is. */
export function statementsOf(document: Value): readonly Value[] {
  return reach(document, 'Statement')
    .filter((one) => !isAbsent(one))
    .flatMap((statement) => (Array.isArray(statement) ? statement.flatMap((one) => reach(one)) : [statement]))
    .filter((one) => !isAbsent(one));
}

/** Statements that do not deny: those of which synth cannot tell are among them. */
export function allowing(document: Value): readonly Value[] {
  return statementsOf(document).filter((statement) => !isObject(statement) || statement.Effect !== 'Deny');
}

/** Whether synth can read the statement. */
export function isStatement(value: Value): value is Properties {
  return isObject(value) && !isIntrinsic(value);
}

/** A property that is one thing or a list of them. */
export function listOf(value: Value): readonly Value[] {
  return reach(value)
    .filter((one) => !isAbsent(one))
    .flatMap((one) => (Array.isArray(one) ? one.flatMap((inner) => reach(inner)) : [one]))
    .filter((one) => !isAbsent(one));
}

/** Texts among them; `<unknown>` for what an intrinsic function makes. */
export function textsOf(value: Value): readonly string[] {
  return listOf(value).map((one) => (typeof one === 'string' ? one : '<unknown>'));
}
