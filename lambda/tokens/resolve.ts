import { randomUUID } from 'node:crypto';
import type { Transfers } from '../../policies/schema';
import { authorise, type Caller } from '../access/caller';
import { type Clock, instant } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { conflict, forbidden, notFound, ProblemError, unavailable } from '../shared/problem';
import { readMappingKey } from './mapping-key';
import type { AccessOutcome, ResolveBody, ResolvedView } from './model';
import type { AccessLog, TokenReader } from './ports';

/** What turning tokens back works with. */
export interface ResolveDeps {
  readonly store: Pick<Store, 'shards'>;
  readonly vault: TokenReader;
  readonly log: AccessLog;
  readonly words: Pick<Transfers, 'resolveFor'>;
  readonly clock: Clock;
}

/** How a question ends: with what the token stands for, or with a problem. */
type Ending =
  | { readonly outcome: 'resolved'; readonly resolved: ResolvedView }
  | { readonly outcome: Exclude<AccessOutcome, 'resolved'>; readonly problem: ProblemError };

/**
 * Turns a token back into what it stands for. Every question is recorded before its answer leaves, whatever the
 * answer; what cannot be recorded is not answered.
 *
 * @throws ProblemError 403 for a caller or purpose without permission; 404 alike for a token that never was, is
 * another tenant's or was erased; 409 once the tenant's contract has ended; 503 when it cannot be recorded
 */
export async function resolveToken(caller: Caller, body: ResolveBody, deps: ResolveDeps): Promise<ResolvedView> {
  const ending = await decide(caller, body, deps);
  const { tenantId, token, purpose } = body;
  try {
    await deps.log.record({
      accessId: `ta-${randomUUID()}`,
      clientName: caller.clientName,
      tenantId,
      token,
      // A purpose that is not the register's is the caller's own text, and could say anything.
      purpose: knowsPurpose(purpose, deps) ? purpose : null,
      outcome: ending.outcome,
      at: instant(deps.clock.now()),
    });
  } catch {
    throw unavailable();
  }
  if (ending.outcome !== 'resolved') throw ending.problem;
  return ending.resolved;
}

async function decide(caller: Caller, body: ResolveBody, deps: ResolveDeps): Promise<Ending> {
  const refused = refusalOf(() => authorise(caller, 'token:resolve', body.tenantId));
  if (refused !== undefined) return { outcome: 'not-allowed', problem: refused };
  if (!knowsPurpose(body.purpose, deps))
    return { outcome: 'purpose-not-allowed', problem: forbidden(allowedPurposes(deps)) };
  const resolved = await lookUp(body, deps);
  // After the value was read: so there was a moment with the value at which the tenant was not suspended.
  if (await deps.vault.isFlagged(body.tenantId))
    return {
      outcome: 'tenant-suspended',
      problem: conflict("The tenant's contract has ended, and its data is out of use until the tenant is restored."),
    };
  if (resolved === undefined)
    return {
      outcome: 'unknown',
      problem: notFound('No token of this tenant is known by this. It never was, or its person was erased.'),
    };
  return { outcome: 'resolved', resolved };
}

/** Found by the index, believed by the table alone: the index may still know what was erased. */
async function lookUp(
  { tenantId, token }: ResolveBody,
  { vault, store }: ResolveDeps,
): Promise<ResolvedView | undefined> {
  for (const key of await vault.find(token)) {
    const whose = readMappingKey(tenantId, key, store);
    if (whose === undefined) continue;
    const mapping = await vault.read(key);
    if (mapping?.token === token) return { tenantId, ...whose, value: mapping.value };
  }
  return undefined;
}

function knowsPurpose(purpose: string, { words }: Pick<ResolveDeps, 'words'>): boolean {
  return words.resolveFor.some(({ id }) => id === purpose);
}

function allowedPurposes({ words }: Pick<ResolveDeps, 'words'>): string {
  const purposes = words.resolveFor.map(({ id }) => id).join(', ');
  return `Tokens are turned back for these purposes alone: ${purposes}. Name the one that it is for, or leave the token as it is.`;
}

function refusalOf(check: () => void): ProblemError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}
