import { isIntrinsic } from '../../reach';
import { isObject, type Properties, type Value } from '../../template';

const VERBS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'x-amazon-apigateway-any-method'];

/** An operation of an OpenAPI definition, e.g. `POST /books`, and what is asked of who calls it. */
export interface Operation {
  readonly name: string;
  readonly security: Value;
}

/** Operations of a definition, OPTIONS left out; undefined where synth cannot read it. */
export function operationsOf(body: Value): readonly Operation[] | undefined {
  if (!isObject(body) || isIntrinsic(body) || !isObject(body.paths) || isIntrinsic(body.paths)) return undefined;
  return Object.entries(body.paths).flatMap(([path, verbs]) => {
    if (!isObject(verbs) || isIntrinsic(verbs)) return [{ name: `ANY ${path}`, security: undefined }];
    return Object.entries(verbs)
      .filter(([verb]) => VERBS.includes(verb.toLowerCase()))
      .map(([verb, operation]) => ({ name: `${nameOf(verb)} ${path}`, security: securityOf(operation, body) }));
  });
}

function nameOf(verb: string): string {
  return verb.startsWith('x-') ? 'ANY' : verb.toUpperCase();
}

function securityOf(operation: Value, body: Properties): Value {
  return (isObject(operation) ? operation.security : undefined) ?? body.security;
}
