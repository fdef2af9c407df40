import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { tokenScope } from '../lambda/access/scopes';
import { certificateSchema, certifiedStoreSchema, signedCertificateSchema } from '../lambda/certificate/certificate';
import {
  cancelBodySchema,
  confirmBodySchema,
  countsSchema,
  createBodySchema,
  instructionSchema,
  planSchema,
  planStoreSchema,
  reasonSchema,
} from '../lambda/erasure/model';
import { listQuerySchema } from '../lambda/erasure/routes';
import { planViewSchema, requestListSchema, requestViewSchema, storeProgressSchema } from '../lambda/erasure/view';
import { IDEMPOTENCY_KEY_PATTERN } from '../lambda/shared/http';
import { PROBLEM_BASE, PROBLEMS, type ProblemSlug, problemSchema } from '../lambda/shared/problem';
import { version } from '../package.json';
import { type Action, actions } from '../policies/schema';

type Json = Record<string, unknown>;

const DOCS = join(__dirname, '../docs/api');

const inputs = {
  CreateErasureRequest: createBodySchema,
  Instruction: instructionSchema,
  ConfirmErasureRequest: confirmBodySchema,
  CancelErasureRequest: cancelBodySchema,
};

const outputs = {
  ErasureRequest: requestViewSchema,
  ErasureRequestSummary: requestListSchema.shape.items.element,
  ErasureRequestList: requestListSchema,
  StoreProgress: storeProgressSchema,
  Reason: reasonSchema,
  Counts: countsSchema,
  PlanWithHash: planViewSchema.extend({ plan: planSchema }),
  Plan: planSchema,
  PlannedStore: planStoreSchema,
  SignedCertificate: signedCertificateSchema,
  Certificate: certificateSchema,
  CertifiedStore: certifiedStoreSchema,
  Problem: problemSchema,
};

type SchemaName = keyof typeof inputs | keyof typeof outputs;

/** Examples of docs/api/examples, with the schema that each belongs to. The tests check them. */
export const EXAMPLES = {
  'erase-subject': { schema: createBodySchema, summary: 'Erase one person' },
  'erase-tenant': { schema: createBodySchema, summary: 'Erase a whole tenant' },
  confirm: { schema: confirmBodySchema, summary: 'Confirm the plan that was read' },
  cancel: { schema: cancelBodySchema, summary: 'Cancel' },
  accepted: { schema: requestViewSchema, summary: 'A request just accepted' },
  completed: { schema: requestViewSchema, summary: 'A request that is done' },
  list: { schema: requestListSchema, summary: 'One page' },
  plan: { schema: outputs.PlanWithHash, summary: 'The plan of a tenant erasure' },
  certificate: { schema: signedCertificateSchema, summary: 'A certificate; the example does not verify' },
} as const satisfies Record<string, { schema: z.ZodType; summary: string }>;

type ExampleName = keyof typeof EXAMPLES;

/** An example as it stands in docs/api/examples. */
export function readExample(name: ExampleName): unknown {
  return JSON.parse(readFileSync(join(DOCS, 'examples', `${name}.json`), 'utf8'));
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly action: Action;
  readonly parameters?: readonly Json[];
  readonly body?: { readonly schema: SchemaName; readonly examples: readonly ExampleName[] };
  readonly success: {
    readonly status: number;
    readonly description: string;
    readonly schema: SchemaName;
    readonly example: ExampleName;
    readonly headers?: Json;
  };
  readonly problems: readonly ProblemSlug[];
}

const BODY_PROBLEMS: readonly ProblemSlug[] = ['bad-request', 'too-large', 'unsupported-media-type'];
const COMMON_PROBLEMS: readonly ProblemSlug[] = [
  'unauthorised',
  'forbidden',
  'too-many-requests',
  'internal',
  'unavailable',
];

const requestId: Json = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The requestId of the answer to the POST.',
  schema: { type: 'string' },
};

const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'A new one for each new request, e.g. a UUID; the same one when a request is repeated because its answer was lost. The same key with the same body gives the same request, with another body a 409.',
  schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN.source },
  example: '5c1f8a52-3d0e-4b7a-9c55-2f60a1c1f0d7',
};

const OPERATIONS: Record<string, Record<string, Operation>> = {
  '/v1/erasure-requests': {
    post: {
      operationId: 'createErasureRequest',
      summary: 'Ask for the erasure of a tenant or of one person',
      description:
        'Accepts the request; the work goes on afterwards. With `dryRun` it ends with the plan. The erasure of a whole tenant waits for the confirmation of its plan.',
      action: 'erasure:request',
      parameters: [idempotencyKey],
      body: { schema: 'CreateErasureRequest', examples: ['erase-subject', 'erase-tenant'] },
      success: {
        status: 202,
        description: 'Accepted. Follow `links.self`.',
        schema: 'ErasureRequest',
        example: 'accepted',
        headers: { Location: { description: 'Path of the request.', schema: { type: 'string' } } },
      },
      problems: [...BODY_PROBLEMS, 'idempotency-key-missing', 'idempotency-conflict', 'unprocessable'],
    },
    get: {
      operationId: 'listErasureRequests',
      summary: "List a tenant's requests, newest first",
      description: 'Pages: pass `nextCursor` as `cursor` until it is null. The items have no progress per store.',
      action: 'erasure:read',
      parameters: queryParameters(listQuerySchema, {
        tenantId: 'The tenant whose requests are listed.',
        status: 'Only requests with this status.',
        limit: 'Items on a page.',
        cursor: 'The `nextCursor` of the page before, unchanged.',
      }),
      success: { status: 200, description: 'One page.', schema: 'ErasureRequestList', example: 'list' },
      problems: ['bad-request'],
    },
  },
  '/v1/erasure-requests/{id}': {
    get: {
      operationId: 'getErasureRequest',
      summary: 'Read status, progress per store, deadlines and reasons',
      description: 'Links are null where the step is not possible now.',
      action: 'erasure:read',
      parameters: [requestId],
      success: { status: 200, description: 'The request.', schema: 'ErasureRequest', example: 'completed' },
      problems: ['not-found'],
    },
  },
  '/v1/erasure-requests/{id}/plan': {
    get: {
      operationId: 'getErasurePlan',
      summary: 'Read the plan and its hash',
      description: 'What would be erased, sealed and held, per store. Execution carries out this plan and no other.',
      action: 'erasure:read',
      parameters: [requestId],
      success: { status: 200, description: 'The plan.', schema: 'PlanWithHash', example: 'plan' },
      problems: ['not-found', 'not-ready'],
    },
  },
  '/v1/erasure-requests/{id}/confirm': {
    post: {
      operationId: 'confirmErasureRequest',
      summary: 'Confirm the erasure of a whole tenant',
      description:
        'Takes the hash of the plan that was read. The cooling-off period begins; it can still be cancelled.',
      action: 'erasure:confirm',
      parameters: [requestId],
      body: { schema: 'ConfirmErasureRequest', examples: ['confirm'] },
      success: { status: 200, description: 'Confirmed.', schema: 'ErasureRequest', example: 'accepted' },
      problems: [...BODY_PROBLEMS, 'not-found', 'conflict', 'not-ready'],
    },
  },
  '/v1/erasure-requests/{id}/cancel': {
    post: {
      operationId: 'cancelErasureRequest',
      summary: 'Cancel until the first deletion',
      description: 'After the first deletion the answer is a 409 with `firstDeletionAt`.',
      action: 'erasure:cancel',
      parameters: [requestId],
      body: { schema: 'CancelErasureRequest', examples: ['cancel'] },
      success: { status: 200, description: 'Cancelled.', schema: 'ErasureRequest', example: 'accepted' },
      problems: [...BODY_PROBLEMS, 'not-found', 'conflict'],
    },
  },
  '/v1/erasure-requests/{id}/certificate': {
    get: {
      operationId: 'getErasureCertificate',
      summary: 'Read the signed certificate',
      description: 'The exact bytes that verify: store them as they come. docs/verify.md says how to check them.',
      action: 'erasure:read',
      parameters: [requestId],
      success: { status: 200, description: 'The file.', schema: 'SignedCertificate', example: 'certificate' },
      problems: ['not-found', 'not-ready'],
    },
  },
};

const ACTION_MEANINGS: Record<Action, string> = {
  'erasure:request': 'Ask for an erasure.',
  'erasure:read': 'Read requests, plans and certificates.',
  'erasure:confirm': 'Confirm the erasure of a tenant.',
  'erasure:cancel': 'Cancel an erasure.',
  'tenant:terminate': "End a tenant's contract: the recovery window begins.",
  'tenant:read': 'Read where a termination stands.',
  'tenant:restore': 'Restore a tenant within the recovery window.',
  'hold:place': 'Place a legal hold or change it.',
  'hold:read': 'Read legal holds.',
  'hold:lift': 'Lift a legal hold.',
  'retention:read': 'Ask what may be done with data, and by which law.',
};

/** The API as an OpenAPI 3.1 document, from the schemas that the functions check with. */
export function buildOpenApi(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'DigiCRM compliance control plane',
      version,
      summary: "Erases a tenant's or one person's data and proves it.",
      description:
        'Ids are opaque ids of the CRM: never a name, e-mail or phone number. Every error is application/problem+json (RFC 9457) and its `detail` says what to do next.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: 'https://{apiId}.execute-api.{region}.amazonaws.com/{stage}',
        description: "The stack's output ApiUrl.",
        variables: {
          apiId: { default: 'api-id', description: 'Id of the REST API.' },
          region: { default: 'ap-south-1', enum: ['ap-south-1', 'ap-south-2'] },
          stage: { default: 'prod', description: 'Stage of the API.' },
        },
      },
    ],
    tags: [{ name: 'erasure', description: 'Erasure requests, their plans and certificates.' }],
    paths: mapValues(OPERATIONS, (methods) => mapValues(methods, operationObject)),
    components: {
      schemas: { ...schemasOf(inputs, 'input'), ...schemasOf(outputs, 'output') },
      examples: { ...mapValues(EXAMPLES, exampleObject), ...problemExamples() },
      securitySchemes: {
        clientCredentials: {
          type: 'oauth2',
          description: "Client credentials of an API client; the token's address is the stack's output TokenEndpoint.",
          flows: {
            clientCredentials: {
              tokenUrl: 'https://example.com/oauth2/token',
              scopes: Object.fromEntries(actions.map((action) => [tokenScope(action), ACTION_MEANINGS[action]])),
            },
          },
        },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}

/** Table of the problems for the guide in docs/api. */
export function problemTable(): string {
  const rows = Object.entries(PROBLEMS).map(
    ([slug, { status, title, detail }]) => `| ${status} | \`${slug}\` | ${title} | ${detail} |`,
  );
  return ['| status | type | meaning | what to do |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function operationObject(operation: Operation): Json {
  const { operationId, summary, description, action, parameters, body, success } = operation;
  return {
    operationId,
    summary,
    description: `${description} Needs the action \`${action}\` in the register of clients.`,
    tags: ['erasure'],
    security: [{ clientCredentials: [tokenScope(action)] }, { bearer: [] }],
    ...(parameters && { parameters }),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': content(body.schema, body.examples) } },
    }),
    responses: {
      [success.status]: {
        description: success.description,
        ...(success.headers && { headers: success.headers }),
        content: { 'application/json': content(success.schema, [success.example]) },
      },
      ...problemResponses([...operation.problems, ...COMMON_PROBLEMS]),
    },
  };
}

function problemResponses(slugs: readonly ProblemSlug[]): Json {
  const statuses = new Set(slugs.map((slug) => PROBLEMS[slug].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const group = slugs.filter((slug) => PROBLEMS[slug].status === status);
      const description = group.map((slug) => PROBLEMS[slug].title).join(', or: ');
      return [status, { description, content: { 'application/problem+json': content('Problem', group) } }];
    }),
  );
}

function content(schema: SchemaName, examples: readonly (ExampleName | ProblemSlug)[]): Json {
  return {
    schema: { $ref: `#/components/schemas/${schema}` },
    examples: Object.fromEntries(examples.map((name) => [name, { $ref: `#/components/examples/${name}` }])),
  };
}

function exampleObject({ summary }: { summary: string }, name: ExampleName): Json {
  return { summary, value: readExample(name) };
}

/** Of the problems that some operation answers with. */
function problemExamples(): Json {
  const named = Object.values(OPERATIONS).flatMap((methods) => Object.values(methods).flatMap((o) => o.problems));
  return Object.fromEntries([...new Set([...COMMON_PROBLEMS, ...named])].map((slug) => [slug, problemExample(slug)]));
}

function problemExample(slug: ProblemSlug): Json {
  const { status, title, detail } = PROBLEMS[slug];
  const value = { type: PROBLEM_BASE + slug, title, status, detail, requestId: '2f0a1b7c-8d4e-4c55-9a41-7f3b0c9d1e22' };
  return { summary: title, value };
}

function schemasOf(schemas: Record<string, z.ZodType>, io: 'input' | 'output'): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { target: 'draft-2020-12', io, uri: (id) => `#/components/schemas/${id}` });
  return mapValues(made.schemas, ({ $schema, $id, id, ...schema }, name) =>
    name === 'CreateErasureRequest' ? { ...schema, ...SUBJECT_RULE } : schema,
  );
}

/** What `createBodySchema` refines in code and JSON Schema has to be told. */
const SUBJECT_RULE = {
  if: { properties: { scope: { const: 'subject' } } },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  then: { required: ['subjectId'] },
  else: { not: { required: ['subjectId'] } },
};

function queryParameters<S extends z.ZodObject>(query: S, descriptions: Record<keyof S['shape'], string>): Json[] {
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

function mapValues<K extends string, V, R>(record: Record<K, V>, map: (value: V, key: K) => R): Record<string, R> {
  return Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, map(value, key as K)]));
}

/** Writes docs/api/openapi.json and the table of docs/api/README.md. */
function main(): void {
  writeFileSync(join(DOCS, 'openapi.json'), `${JSON.stringify(buildOpenApi(), null, 2)}\n`);
  const guide = join(DOCS, 'README.md');
  const text = readFileSync(guide, 'utf8');
  writeFileSync(guide, text.replace(/\| status \| type \|[^\n]*\n(\|[^\n]*\n)*/, `${problemTable()}\n`));
}

if (require.main === module) main();
