import * as z from 'zod';
import { CliError, EXIT } from './exit';

const problemSchema = z.object({
  type: z.string().optional(),
  title: z.string(),
  status: z.number(),
  detail: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** The API said no (4xx). `problem` is what it said, as RFC 9457 has it. */
export class ApiRefusal extends CliError {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    const fields = problem.errors?.map((each) => `${each.pointer}: ${each.message}`) ?? [];
    super(EXIT.refused, [`${problem.title}.`, problem.detail, ...fields].filter(Boolean).join(' '));
  }
}

export interface ApiOptions {
  /** Base URL, to which `/v1/…` is appended. */
  readonly apiUrl: string;
  /** Called once for the first request, and again when the API no longer takes the token. */
  readonly token: () => Promise<string>;
  /** @default global fetch */
  readonly fetch?: typeof fetch;
}

const ATTEMPTS = 4;
const TIMEOUT_MS = 35_000;
const RETRIED = new Set([429, 502, 503, 504]);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Calls of the API, without knowing which. Every call may be repeated: creation carries an idempotency key, and the
 * others lead to the same state. So throttles, gateway errors and broken connections are tried again.
 */
export abstract class HttpApi {
  private bearer: Promise<string> | undefined;

  constructor(private readonly options: ApiOptions) {}

  /** One call, whose answer is JSON. @throws CliError */
  protected async json(
    method: string,
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<unknown> {
    return (await this.send(method, path, body, headers)).json();
  }

  protected async send(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    let failure = '';
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await pause(200 * 2 ** attempt);
      this.bearer ??= this.options.token();
      const sent = { ...headers, authorization: `Bearer ${await this.bearer}` };
      const answer = await this.once(method, path, body, sent).catch((error: Error) => {
        failure = error.name === 'TimeoutError' ? 'it did not answer in time' : 'no connection';
        return null;
      });
      if (answer === null) continue;
      if (answer.ok) return answer;
      // A token lives for an hour; an erasure can take longer.
      if (answer.status === 401 && attempt === 0) {
        this.bearer = undefined;
        continue;
      }
      if (!RETRIED.has(answer.status)) throw await refusal(answer);
      failure = `it answered ${answer.status}`;
    }
    const { origin } = new URL(this.options.apiUrl);
    throw new CliError(EXIT.unreachable, `The API at ${origin} cannot be used: ${failure}. Is it running?`);
  }

  private async once(
    method: string,
    path: string,
    body: object | undefined,
    headers: Record<string, string>,
  ): Promise<Response> {
    return (this.options.fetch ?? fetch)(this.options.apiUrl + path, {
      method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }
}

async function refusal(answer: Response): Promise<CliError> {
  const text = await answer.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  const problem = problemSchema.safeParse(parsed);
  if (answer.status >= 400 && answer.status < 500)
    return new ApiRefusal(
      answer.status,
      problem.success ? problem.data : { title: `The API answered ${answer.status}`, status: answer.status },
    );
  const said = problem.success ? `: ${problem.data.title}` : '';
  return new CliError(EXIT.unexpected, `The API failed with ${answer.status}${said}`);
}
