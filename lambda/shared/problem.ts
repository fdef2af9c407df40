import type { APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod';

/** Problem types live below this address (RFC 9457, `type`). */
export const PROBLEM_BASE = 'https://digicrm.co.in/problems/';

/**
 * Every problem the API answers with. `detail` says what to do next; a factory may say it more exactly.
 * The OpenAPI document and the guide in docs/api are made from this list.
 */
export const PROBLEMS = {
  'bad-request': {
    status: 400,
    title: 'The request is malformed',
    detail: 'Correct the fields named in "errors" and send the request again.',
  },
  'idempotency-key-missing': {
    status: 400,
    title: 'The Idempotency-Key header is missing or malformed',
    detail:
      'Send an Idempotency-Key header of 1 to 128 characters of A-Z a-z 0-9 . _ : -, a new one for each new request.',
  },
  unauthorised: {
    status: 401,
    title: 'No valid access token',
    detail: 'Get an access token with the client credentials and send it as "Authorization: Bearer <token>".',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed for this client',
    detail: 'Ask the platform team to add the action or the tenant to this client in the register.',
  },
  'transfer-denied': {
    status: 403,
    title: 'The data may not go to this processor',
    detail:
      'Read "decidedBy": it names each rule that denied the transfer, and the law behind it. Change what is asked or have the register changed, or ask again where it says so. Nothing was sent, and of the payload nothing is kept.',
  },
  blocked: {
    status: 403,
    title: 'Refused before it was read',
    detail:
      'Call from an address that is registered for the CRM, with a User-Agent header and nothing that looks like an attack. If the call was in order, report its time and your address.',
  },
  'not-found': {
    status: 404,
    title: 'Nothing here for this client',
    detail: 'Check the id and the path. A request of a tenant that this client may not see is reported the same way.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The resource does not take this method',
    detail: 'Use one of the methods named in the Allow header.',
  },
  conflict: {
    status: 409,
    title: 'The request is not in a state that allows this',
    detail: 'Read the request again and act on its present status.',
  },
  'idempotency-conflict': {
    status: 409,
    title: 'The Idempotency-Key was used for another body',
    detail: 'Send the body that was first sent with this key, or a new key for a new request.',
  },
  'not-ready': {
    status: 409,
    title: 'Not there yet',
    detail: 'Read the status of the request and ask again when it has moved on.',
  },
  'too-large': {
    status: 413,
    title: 'The body is too large',
    detail: 'Send a body of at most 65,536 bytes.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not JSON',
    detail: 'Send the body as JSON with the header "Content-Type: application/json".',
  },
  unprocessable: {
    status: 422,
    title: 'Understood, but not acceptable',
    detail: 'Correct what "errors" names and send the request again with a new Idempotency-Key.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    detail: 'Wait some seconds and send the same request with the same Idempotency-Key again, ever more slowly.',
  },
  internal: {
    status: 500,
    title: 'The control plane failed',
    detail: 'Send the same request with the same Idempotency-Key again. If it keeps failing, report the requestId.',
  },
  unavailable: {
    status: 503,
    title: 'The control plane is unavailable for the moment',
    detail: 'Wait some seconds and send the same request with the same Idempotency-Key again.',
  },
} as const satisfies Record<string, { status: number; title: string; detail: string }>;

export type ProblemSlug = keyof typeof PROBLEMS;

/** One thing wrong with the input: where (JSON Pointer, RFC 6901) and what is expected there. */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

interface ProblemOptions {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Further members of the problem, e.g. `firstDeletionAt`. Never personal data. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Response headers, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal that the caller can act on. Handlers throw it; `withProblems` turns it into a response. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly extra: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(
    /** Last part of the problem's type address. */
    readonly type: ProblemSlug,
    options: ProblemOptions = {},
  ) {
    const { status, title, detail } = PROBLEMS[type];
    super(title);
    this.title = title;
    this.status = status;
    this.detail = options.detail ?? detail;
    this.errors = options.errors;
    this.extra = options.extra;
    this.headers = options.headers;
  }
}

/** Why a transfer was denied, as its decision says. */
export interface TransferDenial {
  readonly id: string;
  readonly statement: string;
  readonly citation: string;
}

/** What an error answer carries as application/problem+json. */
export const problemSchema = z.looseObject({
  type: z.url(),
  title: z.string(),
  status: z.int(),
  /** What to do next. */
  detail: z.string(),
  /** Name it when you report the problem. */
  requestId: z.string(),
  errors: z.array(z.strictObject({ pointer: z.string(), message: z.string() })).optional(),
});

/** The problem as a response of API Gateway. The standard members win over those of `extra`. */
export function problemResponse(problem: ProblemError, requestId: string): APIGatewayProxyResult {
  const body: z.infer<typeof problemSchema> = {
    ...problem.extra,
    type: PROBLEM_BASE + problem.type,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    requestId,
    ...(problem.errors && { errors: [...problem.errors] }),
  };
  return {
    statusCode: problem.status,
    headers: { ...problem.headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}

/**
 * Wrong input. `issues` are zod's; with the `schema` that found them, an unknown field is answered
 * with the names that are known. Nothing the caller sent is repeated, be it a value or a field's name.
 */
export function badRequest(
  issues: readonly z.core.$ZodIssue[],
  options: { detail?: string; schema?: z.ZodType } = {},
): ProblemError {
  const errors = issues.map((issue) => fieldError(issue, options.schema));
  return new ProblemError('bad-request', { detail: options.detail, errors: errors.length > 0 ? errors : undefined });
}

/** The Idempotency-Key header is missing or not of the documented form. */
export const idempotencyKeyMissing = () => new ProblemError('idempotency-key-missing');

/** The key was used before with another body. */
export const idempotencyConflict = (detail?: string) => new ProblemError('idempotency-conflict', { detail });

export const unauthorised = () => new ProblemError('unauthorised', { headers: { 'www-authenticate': 'Bearer' } });

export const forbidden = (detail?: string) => new ProblemError('forbidden', { detail });

/** A transfer was denied. `decidedBy` is never empty: each policy or rule that denied it, with its citation. */
export const transferDenied = (decisionId: string, decidedBy: readonly TransferDenial[]) =>
  new ProblemError('transfer-denied', { extra: { decisionId, decidedBy } });

/** Also for what exists but may not be seen, so that ids cannot be probed. */
export const notFound = (detail?: string) => new ProblemError('not-found', { detail });

export const methodNotAllowed = (allowed: readonly string[]) =>
  new ProblemError('method-not-allowed', { headers: { allow: allowed.join(', ') } });

export const tooLarge = (maxBytes: number) =>
  new ProblemError('too-large', { detail: `Send a body of at most ${maxBytes.toLocaleString('en-GB')} bytes.` });

export const unsupportedMediaType = () => new ProblemError('unsupported-media-type');

/** Well-formed, yet against a rule: say which in `detail`, and where in `errors`. */
export const unprocessable = (detail: string, errors?: readonly FieldError[]) =>
  new ProblemError('unprocessable', { detail, errors });

/** The state forbids it: say what to do in `detail`, and the facts in `extra`, e.g. `firstDeletionAt`. */
export const conflict = (detail: string, extra?: Readonly<Record<string, unknown>>) =>
  new ProblemError('conflict', { detail, extra });

/** Asked too early, e.g. for a plan that is being made. */
export const notReady = (detail?: string, extra?: Readonly<Record<string, unknown>>) =>
  new ProblemError('not-ready', { detail, extra });

export const tooManyRequests = () => new ProblemError('too-many-requests', { headers: { 'retry-after': '5' } });

export const internal = () => new ProblemError('internal');

export const unavailable = () => new ProblemError('unavailable', { headers: { 'retry-after': '5' } });

/** JSON Pointer (RFC 6901) of a path of member names and indexes; the whole document is ''. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function fieldError(issue: z.core.$ZodIssue, schema?: z.ZodType): FieldError {
  const pointer = jsonPointer(issue.path);
  if (issue.code !== 'unrecognized_keys') return { pointer, message: issue.message };
  const known = schema && knownFields(schema, issue.path);
  const message = `${issue.keys.length === 1 ? 'an unknown field' : `${issue.keys.length} unknown fields`}`;
  return { pointer, message: known ? `${message}; known are ${known.join(', ')}` : message };
}

function knownFields(schema: z.ZodType, path: readonly PropertyKey[]): string[] | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return knownFields(schema.unwrap() as z.ZodType, path);
  if (!(schema instanceof z.ZodObject)) return undefined;
  const [first, ...rest] = path;
  if (first === undefined) return Object.keys(schema.shape);
  const member: unknown = schema.shape[String(first)];
  return member instanceof z.ZodType ? knownFields(member, rest) : undefined;
}
