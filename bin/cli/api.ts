import * as z from 'zod';
import {
  type EvidenceBody,
  type NoticeList,
  type NoticeView,
  noticeListSchema,
  noticeViewSchema,
} from '../../lambda/disclosure/notice-views';
import type { CancelBody, ConfirmBody, CreateBody, Plan } from '../../lambda/erasure/model';
import { planSchema } from '../../lambda/erasure/model';
import {
  planViewSchema,
  type RequestList,
  type RequestView,
  requestListSchema,
  requestViewSchema,
} from '../../lambda/erasure/view';
import {
  type HoldList,
  type HoldView,
  holdListSchema,
  holdViewSchema,
  type PlaceBody,
  type PlacedView,
  placedViewSchema,
} from '../../lambda/holds/model';
import { type Answer, answerSchema, type Question } from '../../lambda/retention/question';
import { restorePath, terminationPath } from '../../lambda/termination/events';
import type { RestoreBody, TerminateBody } from '../../lambda/termination/model';
import { type TerminationView, terminationViewSchema } from '../../lambda/termination/view';
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

/** A list query. */
export interface ListQuery {
  readonly tenantId: string;
  readonly status?: string | undefined;
  readonly cursor?: string | undefined;
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
 * The API. Every call may be repeated: creation carries an idempotency key, and the others
 * lead to the same state. So throttles, gateway errors and broken connections are tried again.
 */
export class ApiClient {
  private bearer: Promise<string> | undefined;

  constructor(private readonly options: ApiOptions) {}

  async create(body: CreateBody, idempotencyKey: string): Promise<RequestView> {
    return requestViewSchema.parse(
      await this.json('POST', '/v1/erasure-requests', body, { 'idempotency-key': idempotencyKey }),
    );
  }

  async get(requestId: string): Promise<RequestView> {
    return requestViewSchema.parse(await this.json('GET', requestPath(requestId)));
  }

  async plan(requestId: string): Promise<{ plan: Plan; planHash: string }> {
    const view = planViewSchema.parse(await this.json('GET', requestPath(requestId, 'plan')));
    return { plan: planSchema.parse(view.plan), planHash: view.planHash };
  }

  async confirm(requestId: string, body: ConfirmBody): Promise<RequestView> {
    return requestViewSchema.parse(await this.json('POST', requestPath(requestId, 'confirm'), body));
  }

  async cancel(requestId: string, body: CancelBody): Promise<RequestView> {
    return requestViewSchema.parse(await this.json('POST', requestPath(requestId, 'cancel'), body));
  }

  async terminate(tenantId: string, body: TerminateBody, idempotencyKey: string): Promise<TerminationView> {
    const path = terminationPath(encodeURIComponent(tenantId));
    return terminationViewSchema.parse(await this.json('POST', path, body, { 'idempotency-key': idempotencyKey }));
  }

  async termination(tenantId: string): Promise<TerminationView> {
    return terminationViewSchema.parse(await this.json('GET', terminationPath(encodeURIComponent(tenantId))));
  }

  async restore(tenantId: string, body: RestoreBody): Promise<TerminationView> {
    return terminationViewSchema.parse(await this.json('POST', restorePath(encodeURIComponent(tenantId)), body));
  }

  /** The certificate's exact bytes: one changed byte, even white space, makes it invalid. */
  async certificate(requestId: string): Promise<Buffer> {
    return Buffer.from(await (await this.send('GET', requestPath(requestId, 'certificate'))).arrayBuffer());
  }

  async list(query: ListQuery): Promise<RequestList> {
    const parameters = Object.entries(query).filter(([, value]) => value !== undefined) as [string, string][];
    return requestListSchema.parse(await this.json('GET', `/v1/erasure-requests?${new URLSearchParams(parameters)}`));
  }

  /** What may be done with data on a day, by what is known. */
  async decideRetention(question: Question): Promise<Answer> {
    return answerSchema.parse(await this.json('POST', '/v1/retention-decisions', question));
  }

  /** Places a legal hold, or changes all of it but its scope. */
  async placeHold(holdId: string, body: PlaceBody): Promise<PlacedView> {
    return placedViewSchema.parse(await this.json('PUT', holdPath(holdId), body));
  }

  async hold(holdId: string): Promise<HoldView> {
    return holdViewSchema.parse(await this.json('GET', holdPath(holdId)));
  }

  async holds(query: { tenantId: string; cursor?: string | undefined }): Promise<HoldList> {
    const parameters = { tenantId: query.tenantId, ...(query.cursor !== undefined && { cursor: query.cursor }) };
    return holdListSchema.parse(await this.json('GET', `/v1/legal-holds?${new URLSearchParams(parameters)}`));
  }

  /** Lifts a legal hold for good. */
  async liftHold(holdId: string, approver: string): Promise<HoldView> {
    const query = new URLSearchParams({ approver });
    return holdViewSchema.parse(await this.json('DELETE', `${holdPath(holdId)}?${query}`));
  }

  /** Which processors had to hear of an erasure, and what they answered. */
  async erasureProcessors(requestId: string): Promise<NoticeList> {
    return noticeListSchema.parse(await this.json('GET', requestPath(requestId, 'processors')));
  }

  /** Shows that a processor erased, by the hash of a file that stays here. */
  async showEvidence(requestId: string, processorId: string, body: EvidenceBody): Promise<NoticeView> {
    const path = `processors/${encodeURIComponent(processorId)}/evidence`;
    return noticeViewSchema.parse(await this.json('POST', requestPath(requestId, path), body));
  }

  /** One call, whose answer is JSON. @throws CliError */
  async json(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<unknown> {
    return (await this.send(method, path, body, headers)).json();
  }

  private async send(
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

function holdPath(holdId: string): string {
  return `/v1/legal-holds/${encodeURIComponent(holdId)}`;
}

function requestPath(requestId: string, part?: string): string {
  return `/v1/erasure-requests/${encodeURIComponent(requestId)}${part === undefined ? '' : `/${part}`}`;
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
