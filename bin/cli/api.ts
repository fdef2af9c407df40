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
import { HttpApi } from './http-api';

export { ApiRefusal } from './http-api';

/** A list query. */
export interface ListQuery {
  readonly tenantId: string;
  readonly status?: string | undefined;
  readonly cursor?: string | undefined;
}

/** The API, call by call; what is about processors has a class of its own. */
export class ApiClient extends HttpApi {
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
}

function holdPath(holdId: string): string {
  return `/v1/legal-holds/${encodeURIComponent(holdId)}`;
}

function requestPath(requestId: string, part?: string): string {
  return `/v1/erasure-requests/${encodeURIComponent(requestId)}${part === undefined ? '' : `/${part}`}`;
}
