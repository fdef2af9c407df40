import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type * as z from 'zod';
import {
  badRequest,
  idempotencyKeyMissing,
  internal,
  ProblemError,
  problemResponse,
  tooLarge,
  unsupportedMediaType,
} from './problem';

/** What `withProblems` needs of a logger; Powertools' has it. */
export interface ProblemLogger {
  info(message: string, fields: Record<string, unknown>): void;
  error(message: string, fields: Record<string, unknown>): void;
}

export type ApiHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** Bytes of a request body, unless a route says otherwise. */
export const MAX_BODY_BYTES = 64 * 1024;

export const IDEMPOTENCY_KEY_PATTERN = /^[A-Za-z0-9._:-]{1,128}$/;

/**
 * Body of a request, parsed and checked.
 * Throws a ProblemError: 413 above `maxBytes`, 415 unless it is sent as application/json, 400 when it
 * is not JSON, names a member twice or fails the schema.
 */
export function parseJsonBody<S extends z.ZodType>(
  event: APIGatewayProxyEvent,
  schema: S,
  options: { maxBytes?: number } = {},
): z.output<S> {
  const maxBytes = options.maxBytes ?? MAX_BODY_BYTES;
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  if (!/^application\/json\s*(;|$)/i.test(header(event, 'content-type') ?? '')) throw unsupportedMediaType();
  const parsed = schema.safeParse(parseStrictJson(bytes));
  if (!parsed.success) throw badRequest(parsed.error.issues, { schema });
  return parsed.data;
}

/** Query of a request, parsed and checked. Throws a 400 ProblemError, also when a parameter is repeated. */
export function parseQuery<S extends z.ZodType>(event: APIGatewayProxyEvent, schema: S): z.output<S> {
  const repeated = Object.values(event.multiValueQueryStringParameters ?? {}).some((v) => (v?.length ?? 0) > 1);
  if (repeated) throw badRequest([], { detail: 'Give each query parameter once.' });
  const parsed = schema.safeParse({ ...event.queryStringParameters });
  if (!parsed.success) throw badRequest(parsed.error.issues, { schema });
  return parsed.data;
}

/** The Idempotency-Key header. Throws a 400 ProblemError when it is missing or malformed. */
export function idempotencyKey(event: APIGatewayProxyEvent): string {
  const key = header(event, 'idempotency-key');
  if (key === undefined || !IDEMPOTENCY_KEY_PATTERN.test(key)) throw idempotencyKeyMissing();
  return key;
}

/** Value of a header, whatever the case of its name. */
export function header(
  event: { readonly headers: Readonly<Record<string, string | undefined>> | null },
  name: string,
): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** A JSON response. A string is sent as it is: it is JSON already, and its bytes may be signed. */
export function respond(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/**
 * The one wrapper of API handlers. A ProblemError becomes its response; anything else becomes a generic
 * 500 with the request id. Of an error only names, codes and the stack's frames are logged: a message
 * may quote data.
 */
export function withProblems(logger: ProblemLogger, fn: ApiHandler): ApiHandler {
  return async (event, context) => {
    const requestId = event.requestContext.requestId;
    try {
      return await fn(event, context);
    } catch (error) {
      if (error instanceof ProblemError) {
        logger.info('request refused', { requestId, problem: error.type, status: error.status });
        return problemResponse(error, requestId);
      }
      logger.error('request failed', { requestId, error: describeError(error) });
      return problemResponse(internal(), requestId);
    }
  };
}

/** What may be logged of an error: name, code and stack frames of it and of its causes, no message. */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error ? error.code : undefined;
  return {
    name: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    frames: stackFrames(error),
    ...(error.cause !== undefined && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

function stackFrames(error: Error): string[] {
  // The message comes first and may span lines that look like frames.
  const stack = error.message === '' ? (error.stack ?? '') : (error.stack ?? '').replaceAll(error.message, '');
  return stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at .*:\d+:\d+\)?$/.test(line))
    .slice(0, 20);
}

function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw badRequest([], { detail: 'Send the body as UTF-8.' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the body, so it is not passed on.
    throw badRequest([], { detail: 'Send a body that is well-formed JSON.' });
  }
  if (!hasPlainNames(text))
    throw badRequest([], { detail: 'Name each member of an object once, and none of them "__proto__".' });
  return value;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * True if no object names a member twice or `__proto__`; `text` is known to be JSON.
 * Readers disagree on which of two equal names counts, so a body that has them means nothing certain.
 */
function hasPlainNames(text: string): boolean {
  const open: Set<string>[] = [];
  for (const [token, isName] of names(text)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (isName) {
      const name: string = JSON.parse(token);
      const seen = open.at(-1);
      if (name === '__proto__' || seen?.has(name)) return false;
      seen?.add(name);
    }
  }
  return true;
}

function* names(text: string): Generator<[token: string, isName: boolean]> {
  for (const match of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g))
    yield [match[1] ?? match[0], match[2] !== undefined];
}
