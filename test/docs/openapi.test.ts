import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import { buildOpenApi, EXAMPLES, problemTable } from '../../bin/openapi/document';
import { erasure as erasurePart } from '../../bin/openapi/erasure';
import { readExample } from '../../bin/openapi/part';
import { retention } from '../../bin/openapi/retention';
import { signedCertificateSchema } from '../../lambda/certificate/certificate';
import { contradiction } from '../../lambda/certificate/consistency';
import { DISCLOSURE_ROUTES } from '../../lambda/disclosure/paths';
import { type DisclosureApiDeps, routeDisclosures } from '../../lambda/disclosure/routes';
import { createBodySchema } from '../../lambda/erasure/model';
import { ERASURE_ROUTES } from '../../lambda/erasure/paths';
import { routeErasure } from '../../lambda/erasure/routes';
import type { ServiceDeps } from '../../lambda/erasure/service';
import { HOLD_ROUTES } from '../../lambda/holds/paths';
import { routeHolds } from '../../lambda/holds/routes';
import type { HoldServiceDeps } from '../../lambda/holds/service';
import { LEDGER_ROUTES } from '../../lambda/ledger/paths';
import type { ProofDeps } from '../../lambda/ledger/proof-ports';
import { formatLogProof } from '../../lambda/ledger/proof-text';
import { routeLedger } from '../../lambda/ledger/routes';
import { readProof } from '../../lambda/ledger/verify';
import { hashesOf, inclusionViewSchema } from '../../lambda/ledger/view';
import { RETENTION_ROUTES } from '../../lambda/retention/paths';
import { type RetentionDeps, routeRetention } from '../../lambda/retention/routes';
import { ProblemError, problemSchema } from '../../lambda/shared/problem';
import type { RouteTable } from '../../lambda/shared/route-table';
import { TERMINATION_ROUTES } from '../../lambda/termination/paths';
import { routeTerminations, type TerminationApiDeps } from '../../lambda/termination/routes';
import { TOKEN_ROUTES } from '../../lambda/tokens/paths';
import type { ResolveDeps } from '../../lambda/tokens/resolve';
import { routeTokens } from '../../lambda/tokens/routes';
import type { DecideDeps } from '../../lambda/transfer/decide';
import { DECISION_ROUTES, RELAY_ROUTES, RESTRICTION_ROUTES } from '../../lambda/transfer/paths';
import type { RelayDeps } from '../../lambda/transfer/relay';
import { routeTransfers } from '../../lambda/transfer/relay-routes';
import { routeRestrictions } from '../../lambda/transfer/restriction-routes';
import type { RestrictionDeps } from '../../lambda/transfer/restrictions';
import { routeDecisions } from '../../lambda/transfer/routes';
import { loadRegister } from '../../policies/load';

const docs = join(__dirname, '../../docs/api');
const text = readFileSync(join(docs, 'openapi.json'), 'utf8');

const reference = z.strictObject({ $ref: z.string().startsWith('#/components/') });
const jsonSchema = z.record(z.string(), z.unknown());
const mediaType = z.strictObject({ schema: reference, examples: z.record(z.string(), reference) });
const parameter = z.strictObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean(),
  description: z.string(),
  schema: jsonSchema,
  example: z.unknown().optional(),
});
const response = z.strictObject({
  description: z.string().min(1),
  headers: z.record(z.string(), z.strictObject({ description: z.string(), schema: jsonSchema })).optional(),
  content: z.record(z.enum(['application/json', 'application/problem+json']), mediaType.optional()),
});
const operation = z.strictObject({
  operationId: z.string().regex(/^[a-z][A-Za-z]+$/),
  summary: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  security: z.array(z.record(z.string(), z.array(z.string()))).min(1),
  parameters: z.array(parameter).optional(),
  requestBody: z
    .strictObject({ required: z.literal(true), content: z.strictObject({ 'application/json': mediaType }) })
    .optional(),
  responses: z.record(z.string().regex(/^[2-5]\d\d$/), response),
});

/** The part of OpenAPI 3.1 that the document uses; anything else is a mistake in the generator. */
const documentSchema = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    summary: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(
    z.strictObject({
      url: z.string(),
      description: z.string(),
      variables: z.record(
        z.string(),
        z.strictObject({
          default: z.string(),
          description: z.string().optional(),
          enum: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
  tags: z.array(z.strictObject({ name: z.string(), description: z.string() })),
  paths: z.record(
    z.string().startsWith('/v1/'),
    z.record(z.enum(['get', 'post', 'put', 'delete']), operation.optional()),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[A-Z]/), jsonSchema),
    examples: z.record(z.string(), z.strictObject({ summary: z.string(), value: z.unknown() })),
    securitySchemes: z.record(z.string(), z.looseObject({ type: z.enum(['oauth2', 'http']) })),
  }),
});

const document = documentSchema.parse(JSON.parse(text));
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, op]) => (op ? [{ path, method: method.toUpperCase(), ...op }] : [])),
);

test('the committed document is the generated one: npm run openapi writes it', () => {
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(buildOpenApi())));
});

test("the guide's table of problems is the generated one: npm run openapi writes it", () => {
  expect(readFileSync(join(docs, 'README.md'), 'utf8')).toContain(problemTable());
});

test('every call of the issue is there, under a name of its own', () => {
  expect(new Set(operations.map(({ method, path }) => `${method} ${path}`))).toEqual(
    new Set([
      'POST /v1/tenants/{id}/termination',
      'GET /v1/tenants/{id}/termination',
      'POST /v1/tenants/{id}/termination/restore',
      'POST /v1/erasure-requests',
      'GET /v1/erasure-requests',
      'GET /v1/erasure-requests/{id}',
      'GET /v1/erasure-requests/{id}/plan',
      'POST /v1/erasure-requests/{id}/confirm',
      'POST /v1/erasure-requests/{id}/cancel',
      'GET /v1/erasure-requests/{id}/certificate',
      'POST /v1/tenants/{id}/termination',
      'GET /v1/tenants/{id}/termination',
      'POST /v1/tenants/{id}/termination/restore',
      'GET /v1/legal-holds',
      'PUT /v1/legal-holds/{id}',
      'GET /v1/legal-holds/{id}',
      'DELETE /v1/legal-holds/{id}',
      'POST /v1/retention-decisions',
      'POST /v1/transfer-decisions',
      'POST /v1/transfers',
      'GET /v1/transfers/{id}',
      'GET /v1/transfer-restrictions',
      'POST /v1/transfer-restrictions',
      'POST /v1/transfer-restrictions/{id}/lift',
      'GET /v1/disclosures',
      'GET /v1/erasure-requests/{id}/processors',
      'POST /v1/erasure-requests/{id}/processors/{processorId}/evidence',
      'POST /v1/tokens/resolve',
      'GET /v1/ledger/checkpoint',
      'GET /v1/ledger/entries/{index}',
      'GET /v1/ledger/proofs/inclusion',
      'GET /v1/ledger/proofs/consistency',
    ]),
  );
  expect(new Set(operations.map((op) => op.operationId)).size).toBe(operations.length);
});

/** A handler's router for each path, as API Gateway sends it the calls. */
const ROUTERS: readonly [table: RouteTable, route: (event: APIGatewayProxyEvent) => Promise<unknown>][] = [
  [ERASURE_ROUTES, (event) => routeErasure(event, {} as ServiceDeps)],
  [TERMINATION_ROUTES, (event) => routeTerminations(event, {} as TerminationApiDeps)],
  [HOLD_ROUTES, (event) => routeHolds(event, {} as HoldServiceDeps)],
  [RETENTION_ROUTES, (event) => routeRetention(event, {} as RetentionDeps)],
  [TERMINATION_ROUTES, (event) => routeTerminations(event, {} as TerminationApiDeps)],
  [DECISION_ROUTES, (event) => routeDecisions(event, {} as DecideDeps)],
  [RELAY_ROUTES, (event) => routeTransfers(event, {} as RelayDeps)],
  [TOKEN_ROUTES, (event) => routeTokens(event, {} as ResolveDeps)],
  [RESTRICTION_ROUTES, (event) => routeRestrictions(event, {} as RestrictionDeps)],
  [LEDGER_ROUTES, (event) => routeLedger(event, {} as ProofDeps)],
  [DISCLOSURE_ROUTES, (event) => routeDisclosures(event, {} as DisclosureApiDeps)],
];

test.each(Object.keys(document.paths))('the API takes the documented methods of %s and no other', async (path) => {
  const event = {
    resource: path,
    httpMethod: 'PATCH',
    requestContext: { authorizer: { clientName: 'crm', actions: '', tenants: 'all' } },
  } as unknown as APIGatewayProxyEvent;
  const [, route] = ROUTERS.find(([table]) => path in table) ?? [];
  const refusal = await route?.(event).catch((error: unknown) => error);
  if (!(refusal instanceof ProblemError)) throw new Error('expected a refusal');
  const documented = operations.filter((op) => op.path === path).map((op) => op.method);
  expect(refusal.status).toBe(405);
  expect(new Set(refusal.headers?.allow?.split(', '))).toEqual(new Set(documented));
});

test('every reference leads somewhere and every component is used', () => {
  const references = [...text.matchAll(/"\$ref": "([^"]+)"/g)].map(([, target = '']) => target);
  const components = Object.entries(document.components)
    .filter(([kind]) => kind !== 'securitySchemes')
    .flatMap(([kind, members]) => Object.keys(members).map((name) => `#/components/${kind}/${name}`));
  expect(new Set(references)).toEqual(new Set(components));
});

describe.each(operations)('$operationId', (op) => {
  it('declares the parameters of its path', () => {
    const inPath = [...op.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect((op.parameters ?? []).filter((p) => p.in === 'path').map((p) => p.name)).toEqual(inPath);
  });

  it('needs a token with one scope of the resource server', () => {
    const scheme = z
      .object({ flows: z.object({ clientCredentials: z.object({ scopes: z.record(z.string(), z.string()) }) }) })
      .parse(document.components.securitySchemes.clientCredentials);
    const [oauth, bearer] = op.security;
    expect(Object.keys(scheme.flows.clientCredentials.scopes)).toEqual(
      expect.arrayContaining(oauth?.clientCredentials ?? []),
    );
    expect(oauth?.clientCredentials).toHaveLength(1);
    expect(bearer).toEqual({ bearer: [] });
  });

  it('answers every error with a problem, and names those that any call can meet', () => {
    const errors = Object.entries(op.responses).filter(([status]) => status >= '400');
    expect(errors.map(([status]) => status)).toEqual(expect.arrayContaining(['401', '403', '429', '500', '503']));
    for (const [status, { content }] of errors) {
      const media = content['application/problem+json'];
      expect(media?.schema.$ref).toBe('#/components/schemas/Problem');
      for (const name of Object.keys(media?.examples ?? {}))
        expect(problemSchema.parse(document.components.examples[name]?.value).status).toBe(Number(status));
    }
  });
});

test('only the calls that begin work ask for an Idempotency-Key', () => {
  const asking = operations.filter((op) => op.parameters?.some((p) => p.name === 'Idempotency-Key' && p.required));
  expect(asking.map((op) => op.operationId)).toEqual(['createErasureRequest', 'terminateTenant', 'sendTransfer']);
});

test('the list is paged', () => {
  const list = operations.find((op) => op.operationId === 'listErasureRequests');
  expect(list?.parameters?.map((p) => [p.name, p.required])).toEqual([
    ['tenantId', true],
    ['status', false],
    ['limit', false],
    ['cursor', false],
  ]);
});

test.each(Object.entries(EXAMPLES))('the example %s fits its schema', (name, { schema }) => {
  expect(schema.parse(document.components.examples[name]?.value)).toBeTruthy();
  expect(document.components.examples[name]?.value).toEqual(readExample(name));
});

test('the examples use reasons, roles, sign-ins and rules of the register, and do not contradict themselves', () => {
  const register = loadRegister();
  const { erasure } = register;
  for (const name of ['erase-subject', 'erase-tenant'] as const) {
    const { reason, instruction } = createBodySchema.parse(readExample(name));
    expect(erasure.reasons.map((known) => known.id)).toContain(reason);
    expect(erasure.tenantInstruction.roles).toContain(instruction.role);
    expect(erasure.tenantInstruction.authentication).toContain(instruction.authentication);
  }
  const { plan } = erasurePart.examples.plan.schema.parse(readExample('plan'));
  const answer = retention.examples['retention-answer'].schema.parse(readExample('retention-answer'));
  const cited = [...plan.stores, ...answer.stores].flatMap((store) => store.decision.rules);
  for (const { ruleId, statement } of cited)
    expect(register.retention.rules.find((rule) => rule.id === ruleId)).toMatchObject({ statement });
  expect(contradiction(signedCertificateSchema.parse(readExample('certificate')).certificate)).toBeUndefined();
});

test('the proof of the examples holds', () => {
  const proof = inclusionViewSchema.parse(readExample('ledger-inclusion'));
  const text = formatLogProof({ ...proof, hashes: hashesOf(proof) });
  expect(readProof(Buffer.from(proof.entry), text).index).toBe(7);
});

test('every file of examples is in the document', () => {
  expect(new Set(readdirSync(join(docs, 'examples')))).toEqual(
    new Set(Object.keys(EXAMPLES).map((name) => `${name}.json`)),
  );
});

test('the files and addresses that the guide names exist', () => {
  const guide = readFileSync(join(docs, 'README.md'), 'utf8');
  const files = [...guide.matchAll(/examples\/([\w-]+)\.json/g)].map(([, name]) => name);
  expect(Object.keys(EXAMPLES)).toEqual(expect.arrayContaining(files));
  const paths = [...guide.matchAll(/\$API_URL(\/v1[^"?\s]*)/g)].map(([, path = '']) =>
    path
      .replace('$PROCESSOR_ID', '{processorId}')
      .replace('$INDEX', '{index}')
      .replace(/\$[A-Z_]+/g, '{id}'),
  );
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(paths));
  expect(paths).not.toHaveLength(0);
});
