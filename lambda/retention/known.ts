import type * as z from 'zod';
import { requestSchema } from '../erasure/model';
import type { HoldReader, LegalHold } from '../holds/hold';
import { terminationSchema } from '../termination/model';

/** What a look-up needs of a termination record; the rest of it is not read. */
export const knownTerminationSchema = terminationSchema
  .pick({ terminationId: true, state: true, terminatedAt: true, lastProcessedAt: true, eraseAt: true })
  .strip();
export type KnownTermination = z.infer<typeof knownTerminationSchema>;

/** What a look-up needs of an erasure request. */
export const knownRequestSchema = requestSchema
  .pick({
    requestId: true,
    scope: true,
    subjectId: true,
    status: true,
    reason: true,
    dryRun: true,
    createdAt: true,
    lastProcessedAt: true,
    useCeasedAt: true,
    sealed: true,
  })
  .strip();
export type KnownRequest = z.infer<typeof knownRequestSchema>;

/** The current termination of a tenant. */
export interface TerminationReader {
  current(tenantId: string): Promise<KnownTermination | undefined>;
}

/** A tenant's erasures that are under way, or that left something sealed. */
export interface RequestReader {
  /** @returns `complete` is false where there were too many requests to read all of them */
  ofTenant(tenantId: string): Promise<{ readonly requests: readonly KnownRequest[]; readonly complete: boolean }>;
}

/** What the control plane knows of a tenant. */
export interface Known {
  readonly termination: KnownTermination | undefined;
  readonly holds: readonly LegalHold[];
  readonly requests: readonly KnownRequest[];
  readonly complete: boolean;
}

export interface KnowledgePorts {
  readonly terminations: TerminationReader;
  readonly holds: HoldReader;
  readonly requests: RequestReader;
}

/** Reads all of it. One reader that fails fails the whole: an answer from half the facts would be wrong. */
export async function gather(tenantId: string, ports: KnowledgePorts): Promise<Known> {
  const [termination, holds, { requests, complete }] = await Promise.all([
    ports.terminations.current(tenantId),
    ports.holds.holdsOf(tenantId),
    ports.requests.ofTenant(tenantId),
  ]);
  return { termination, holds, requests, complete };
}
