import type * as z from 'zod';
import { type DisclosuresView, disclosuresViewSchema } from '../../lambda/disclosure/disclosure-views';
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
import {
  type CheckpointView,
  type ConsistencyView,
  checkpointViewSchema,
  consistencyViewSchema,
  type EntryView,
  entryViewSchema,
  type InclusionView,
  inclusionViewSchema,
} from '../../lambda/ledger/view';
import { type Answer, answerSchema, type Question } from '../../lambda/retention/question';
import { restorePath, terminationPath } from '../../lambda/termination/events';
import type { RestoreBody, TerminateBody } from '../../lambda/termination/model';
import { type TerminationView, terminationViewSchema } from '../../lambda/termination/view';
import { type ResolveBody, type ResolvedView, resolvedViewSchema } from '../../lambda/tokens/model';
import {
  type DecisionBody,
  type DecisionView,
  decisionViewSchema,
  type TransferView,
  type transferBodySchema,
  transferViewSchema,
} from '../../lambda/transfer/model';
import {
  type RestrictedView,
  type RestrictionList,
  type RestrictionView,
  type restrictBodySchema,
  restrictedViewSchema,
  restrictionListSchema,
  restrictionViewSchema,
} from '../../lambda/transfer/restriction-views';
import { HttpApi } from './http-api';

export { ApiRefusal } from './http-api';

/** A list query. */
export interface ListQuery {
  readonly tenantId: string;
  readonly status?: string | undefined;
  readonly cursor?: string | undefined;
}

/** The API, call by call. */
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

  /** Asks whether data may go to a processor. */
  async decideTransfer(body: DecisionBody): Promise<DecisionView> {
    return decisionViewSchema.parse(await this.json('POST', '/v1/transfer-decisions', body));
  }

  /** Has a payload delivered to a processor. */
  async transfer(body: z.input<typeof transferBodySchema>, idempotencyKey: string): Promise<TransferView> {
    return transferViewSchema.parse(
      await this.json('POST', '/v1/transfers', body, { 'idempotency-key': idempotencyKey }),
    );
  }

  async transferStatus(transferId: string): Promise<TransferView> {
    return transferViewSchema.parse(await this.json('GET', `/v1/transfers/${encodeURIComponent(transferId)}`));
  }

  /** Turns a virtual token back into what it stands for. */
  async resolveToken(body: ResolveBody): Promise<ResolvedView> {
    return resolvedViewSchema.parse(await this.json('POST', '/v1/tokens/resolve', body));
  }

  /** Closes a country, a processor or a contract to transfers; with `dryRun` it only says what that would touch. */
  async restrict(body: z.input<typeof restrictBodySchema>): Promise<RestrictedView> {
    return restrictedViewSchema.parse(await this.json('POST', '/v1/transfer-restrictions', body));
  }

  async restrictions(): Promise<RestrictionList> {
    return restrictionListSchema.parse(await this.json('GET', '/v1/transfer-restrictions'));
  }

  /** Agrees that a restriction ends; it does with the second person. */
  async liftRestriction(restrictionId: string, approver: string): Promise<RestrictionView> {
    const path = `/v1/transfer-restrictions/${encodeURIComponent(restrictionId)}/lift`;
    return restrictionViewSchema.parse(await this.json('POST', path, { approver }));
  }

  /** Who received what about a person. */
  async disclosures(query: {
    tenantId: string;
    subjectId: string;
    cursor?: string | undefined;
  }): Promise<DisclosuresView> {
    const { cursor, ...person } = query;
    const parameters = new URLSearchParams({ ...person, ...(cursor !== undefined && { cursor }) });
    return disclosuresViewSchema.parse(await this.json('GET', `/v1/disclosures?${parameters}`));
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

  /** The latest checkpoint of the ledger. */
  async ledgerCheckpoint(): Promise<CheckpointView> {
    return checkpointViewSchema.parse(await this.json('GET', '/v1/ledger/checkpoint'));
  }

  async ledgerEntry(index: number): Promise<EntryView> {
    return entryViewSchema.parse(await this.json('GET', `/v1/ledger/entries/${index}`));
  }

  /** Proof that an entry, or the latest event about something, is in the tree. */
  async inclusionProof(query: {
    index?: number | undefined;
    about?: string | undefined;
    size?: number | undefined;
  }): Promise<InclusionView> {
    return inclusionViewSchema.parse(await this.json('GET', `/v1/ledger/proofs/inclusion?${parametersOf(query)}`));
  }

  /** Proof that the tree only grew. */
  async consistencyProof(query: { from: number; to?: number | undefined }): Promise<ConsistencyView> {
    return consistencyViewSchema.parse(await this.json('GET', `/v1/ledger/proofs/consistency?${parametersOf(query)}`));
  }
}

function holdPath(holdId: string): string {
  return `/v1/legal-holds/${encodeURIComponent(holdId)}`;
}

function requestPath(requestId: string, part?: string): string {
  return `/v1/erasure-requests/${encodeURIComponent(requestId)}${part === undefined ? '' : `/${part}`}`;
}

function parametersOf(query: Readonly<Record<string, string | number | undefined>>): URLSearchParams {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
}
