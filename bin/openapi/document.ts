import * as z from 'zod';
import { tokenScope } from '../../lambda/access/scopes';
import { PROBLEM_BASE, PROBLEMS, type ProblemSlug, problemSchema } from '../../lambda/shared/problem';
import { version } from '../../package.json';
import { type Action, actions } from '../../policies/schema';
import { disclosures } from './disclosures';
import { erasure } from './erasure';
import { holds } from './holds';
import { ledger } from './ledger';
import { type ApiPart, type Json, type Operation, readExample } from './part';
import { retention } from './retention';
import { tenants } from './tenants';
import { transfers } from './transfers';

/** The subsystems, in the order of the document. */
const PARTS: readonly ApiPart[] = [erasure, holds, retention, tenants, transfers, disclosures, ledger];

/** Examples of docs/api/examples, with the schema that each belongs to. The tests check them. */
export const EXAMPLES = merged(PARTS.map((part) => part.examples));

const refinements = merged(PARTS.map((part) => part.refinements ?? {}));

const COMMON_PROBLEMS: readonly ProblemSlug[] = [
  'unauthorised',
  'forbidden',
  'blocked',
  'too-many-requests',
  'internal',
  'unavailable',
];

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
  'transfer:decide': 'Ask whether data may go to a processor.',
  'transfer:send': 'Have data delivered to a processor.',
  'transfer:read': 'Read where transfers and restrictions stand.',
  'transfer:restrict': 'Restrict transfers to a country or processor, and lift a restriction.',
  'disclosure:read': 'Read who received what about whom.',
  'disclosure:evidence': 'Show evidence that a processor erased.',
  'token:resolve': 'Turn a virtual token back into what it stands for.',
  'ledger:read': 'Read the ledger of all tenants and proofs about it.',
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
    tags: PARTS.map(({ tag }) => tag),
    paths: Object.assign({}, ...PARTS.map(pathsOf)),
    components: {
      schemas: {
        ...schemasOf(merged(PARTS.map((part) => part.inputs)), 'input'),
        ...schemasOf({ ...merged(PARTS.map((part) => part.outputs)), Problem: problemSchema }, 'output'),
      },
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

function pathsOf({ operations, tag }: ApiPart): Json {
  return mapValues(operations, (methods) =>
    Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [
        method.toLowerCase(),
        operationObject(operation, tag.name),
      ]),
    ),
  );
}

function operationObject(operation: Operation, tag: string): Json {
  const { operationId, summary, description, action, parameters, body, success } = operation;
  return {
    operationId,
    summary,
    description: `${description} Needs the action \`${action}\` in the register of clients.`,
    tags: [tag],
    security: [{ clientCredentials: [tokenScope(action)] }, { bearer: [] }],
    ...(parameters && { parameters }),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': content(body.schema, body.examples) } },
    }),
    responses: {
      [success.status]: {
        description: success.description,
        ...(success.headers && { headers: success.headers }),
        content: { 'application/json': content(success.schema, [success.example, ...(success.examples ?? [])]) },
      },
      ...(success.also && {
        [success.also.status]: {
          description: success.also.description,
          content: { 'application/json': content(success.schema, [success.example]) },
        },
      }),
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

function content(schema: string, examples: readonly string[]): Json {
  return {
    schema: { $ref: `#/components/schemas/${schema}` },
    examples: Object.fromEntries(examples.map((name) => [name, { $ref: `#/components/examples/${name}` }])),
  };
}

function exampleObject({ summary }: { summary: string }, name: string): Json {
  return { summary, value: readExample(name) };
}

/** Of the problems that some operation answers with. */
function problemExamples(): Json {
  const named = PARTS.flatMap(({ operations }) =>
    Object.values(operations).flatMap((methods) => Object.values(methods).flatMap((o) => o.problems)),
  );
  return Object.fromEntries([...new Set([...COMMON_PROBLEMS, ...named])].map((slug) => [slug, problemExample(slug)]));
}

/** Further members that a problem has. */
const PROBLEM_MEMBERS: Readonly<Partial<Record<ProblemSlug, Json>>> = {
  'transfer-denied': {
    decisionId: 'td-0a4b2c6d-8e1f-4a3b-9c5d-6e7f80912a3b',
    decidedBy: [
      {
        id: 'never.restricted-country',
        statement: 'No data goes where the Government restricted transfers to, whatever else allows it.',
        citation: 'DPDP Act 2023, s.16(1); DPDP Rules 2025, rule 15',
      },
    ],
  },
};

function problemExample(slug: ProblemSlug): Json {
  const { status, title, detail } = PROBLEMS[slug];
  const requestId = '2f0a1b7c-8d4e-4c55-9a41-7f3b0c9d1e22';
  const value = { type: PROBLEM_BASE + slug, title, status, detail, requestId, ...PROBLEM_MEMBERS[slug] };
  return { summary: title, value };
}

function schemasOf(schemas: Record<string, z.ZodType>, io: 'input' | 'output'): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { target: 'draft-2020-12', io, uri: (id) => `#/components/schemas/${id}` });
  return mapValues(made.schemas, ({ $schema, $id, id, ...schema }, name) => ({ ...schema, ...refinements[name] }));
}

/** One record of several. @throws Error when two parts use the same name for different things */
function merged<V>(records: readonly Readonly<Record<string, V>>[]): Record<string, V> {
  const all = new Map<string, V>();
  for (const [name, value] of records.flatMap((record) => Object.entries(record))) {
    if (all.has(name) && all.get(name) !== value) throw new Error(`two parts of the document say "${name}"`);
    all.set(name, value);
  }
  return Object.fromEntries(all);
}

function mapValues<K extends string, V, R>(record: Record<K, V>, map: (value: V, key: K) => R): Record<string, R> {
  return Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, map(value, key as K)]));
}
