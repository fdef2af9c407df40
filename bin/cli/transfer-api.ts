import type * as z from 'zod';
import { type DisclosuresView, disclosuresViewSchema } from '../../lambda/disclosure/disclosure-views';
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
  type RestrictBody,
  type RestrictedView,
  type RestrictionList,
  type RestrictionView,
  restrictedViewSchema,
  restrictionListSchema,
  restrictionViewSchema,
} from '../../lambda/transfer/restriction-views';
import type { ApiClient } from './api';

const RESTRICTIONS = '/v1/transfer-restrictions';

/** The part of the API that is about processors. */
export class TransferApi {
  constructor(private readonly api: Pick<ApiClient, 'json'>) {}

  /** Closes a country, processor or contract, or with `dryRun` says what that would touch. */
  async restrict(body: RestrictBody): Promise<RestrictedView> {
    return restrictedViewSchema.parse(await this.api.json('POST', RESTRICTIONS, body));
  }

  async restrictions(): Promise<RestrictionList> {
    return restrictionListSchema.parse(await this.api.json('GET', RESTRICTIONS));
  }

  /** Says that a person agrees that a restriction ends. */
  async lift(restrictionId: string, approver: string): Promise<RestrictionView> {
    const path = `${RESTRICTIONS}/${encodeURIComponent(restrictionId)}/lift`;
    return restrictionViewSchema.parse(await this.api.json('POST', path, { approver }));
  }

  /** One page of who received what about a person. */
  async disclosures(query: {
    readonly tenantId: string;
    readonly subjectId: string;
    readonly cursor?: string | undefined;
  }): Promise<DisclosuresView> {
    const { cursor, ...who } = query;
    const parameters = new URLSearchParams({ ...who, limit: '100', ...(cursor !== undefined && { cursor }) });
    return disclosuresViewSchema.parse(await this.api.json('GET', `/v1/disclosures?${parameters}`));
  }

  /** Whether data may go to a processor. */
  async decide(body: DecisionBody): Promise<DecisionView> {
    return decisionViewSchema.parse(await this.api.json('POST', '/v1/transfer-decisions', body));
  }

  /** Has a payload delivered to a processor. */
  async send(body: z.input<typeof transferBodySchema>, idempotencyKey: string): Promise<TransferView> {
    const headers = { 'idempotency-key': idempotencyKey };
    return transferViewSchema.parse(await this.api.json('POST', '/v1/transfers', body, headers));
  }

  async transfer(transferId: string): Promise<TransferView> {
    return transferViewSchema.parse(await this.api.json('GET', `/v1/transfers/${encodeURIComponent(transferId)}`));
  }

  /** Turns a virtual token back into what it stands for. */
  async resolveToken(body: ResolveBody): Promise<ResolvedView> {
    return resolvedViewSchema.parse(await this.api.json('POST', '/v1/tokens/resolve', body));
  }
}
