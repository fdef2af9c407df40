import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { IDEMPOTENCY_KEY_PATTERN } from '../../lambda/shared/http';
import type { ProblemSlug } from '../../lambda/shared/problem';
import type { RouteTable } from '../../lambda/shared/route-table';
import type { Action } from '../../policies/schema';

/** Where the document, its guide and its examples lie. */
export const DOCS = join(__dirname, '../../docs/api');

export type Json = Record<string, unknown>;
type Schemas = Record<string, z.ZodType>;
type Examples = Record<string, { readonly schema: z.ZodType; readonly summary: string }>;

/** One method of one path, in words. */
export interface Operation<Schema extends string = string, Example extends string = string> {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly action: Action;
  readonly parameters?: readonly Json[];
  readonly body?: { readonly schema: Schema; readonly examples: readonly Example[] };
  readonly success: {
    readonly status: number;
    readonly description: string;
    readonly schema: Schema;
    readonly example: Example;
    /** Further ones. */
    readonly examples?: readonly Example[];
    readonly headers?: Json;
    /** Another status with the same answer. */
    readonly also?: { readonly status: number; readonly description: string };
  };
  /** Problems beside those that every call can meet. */
  readonly problems: readonly ProblemSlug[];
}

/** What one subsystem adds to the document. */
export interface ApiPart {
  readonly tag: { readonly name: string; readonly description: string };
  readonly inputs: Schemas;
  readonly outputs: Schemas;
  readonly examples: Examples;
  readonly operations: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  /** JSON Schema for what a schema refines in code, by the schema's name. */
  readonly refinements?: Record<string, Json>;
}

/** A part whose operations are those of its routes, and name only its own schemas and examples. */
export function apiPart<
  const R extends RouteTable,
  const I extends Schemas,
  const O extends Schemas,
  const E extends Examples,
>(
  _routes: R,
  part: ApiPart & {
    readonly inputs: I;
    readonly outputs: O;
    readonly examples: E;
    readonly operations: {
      readonly [Path in keyof R]: {
        readonly [Method in keyof R[Path]]: Operation<keyof (I & O) & string, keyof E & string>;
      };
    };
  },
) {
  return part;
}

/** Problems of every call with a body. */
export const BODY_PROBLEMS: readonly ProblemSlug[] = ['bad-request', 'too-large', 'unsupported-media-type'];

export const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'A new one for each new request, e.g. a UUID; the same one when a request is repeated because its answer was lost. The same key with the same body gives the same request, with another body a 409.',
  schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN.source },
  example: '5c1f8a52-3d0e-4b7a-9c55-2f60a1c1f0d7',
};

/** A segment of the path. */
export function pathParameter(name: string, description: string): Json {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

/** The query of a call, from the schema that it is checked with. */
export function queryParameters<S extends z.ZodObject>(
  query: S,
  descriptions: Record<keyof S['shape'], string>,
): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { target: 'draft-2020-12', io: 'output' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    // What has a default is always there after parsing, yet need not be sent.
    required: required.includes(name) && !(typeof schema === 'object' && 'default' in schema),
    description: descriptions[name as keyof S['shape']],
    schema,
  }));
}

/** An example as it stands in docs/api/examples. */
export function readExample(name: string): unknown {
  return JSON.parse(readFileSync(join(DOCS, 'examples', `${name}.json`), 'utf8'));
}
