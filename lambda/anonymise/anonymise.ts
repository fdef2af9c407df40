import type { AnonymiseRule, Register } from '../../policies/schema';
import { StoreBusyError } from '../erasure/errors';
import { type Clock, instant } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { Census } from './census';
import type { AnonymiseLedger, AnonymiseOutcome, PersonalRows } from './ports';

/** The rule about a store's class; undefined where there is none, or it is off. */
export function anonymiseRuleFor(
  { dataClass, kind }: Pick<Store, 'dataClass' | 'kind'>,
  { anonymise }: Pick<Register, 'anonymise'>,
): AnonymiseRule | undefined {
  return kind === 'dynamodb' ? anonymise.rules.find((rule) => rule.switch.on && rule.class === dataClass) : undefined;
}

/**
 * The rule by which rows that are to be erased may leave numbers behind; undefined where none does.
 * One person's erasure leaves nothing: there is nobody whom she is alike.
 */
export function anonymiseRuleOf(
  store: Pick<Store, 'dataClass' | 'kind'>,
  { scope, reason }: { readonly scope: 'tenant' | 'subject'; readonly reason: string },
  register: Pick<Register, 'anonymise'>,
): AnonymiseRule | undefined {
  const rule = scope === 'tenant' ? anonymiseRuleFor(store, register) : undefined;
  return rule?.reasons.includes(reason) ? rule : undefined;
}

/** Attributes that a rule reads, beside the two of the key: IAM allows no others. */
export function fieldsReadBy({ keeps, identifiers }: AnonymiseRule): string[] {
  return [...new Set([...keeps.map((keep) => keep.from), ...identifiers])];
}

export interface AnonymiseDeps {
  readonly rows: PersonalRows;
  readonly ledger: AnonymiseLedger;
  readonly register: Pick<Register, 'anonymise'>;
  /** A random id; nothing of a person, tenant or request goes into it. */
  readonly newId: () => string;
  readonly clock: Clock;
}

/**
 * Publishes what may stay of a tenant's rows, once for each request and store: whoever comes later finds the outcome.
 * Must have succeeded before the first row is erased, because k is counted over all of them.
 *
 * @throws StoreBusyError, StoreFaultError; then nothing was published, or all of it
 */
export async function publishOnce(
  of: { readonly requestId: string; readonly tenantId: string; readonly storeId: string; readonly rule: AnonymiseRule },
  deps: AnonymiseDeps,
): Promise<AnonymiseOutcome> {
  const earlier = await deps.ledger.outcomeOf(of.requestId, of.storeId);
  if (earlier !== undefined) return earlier;
  const census = new Census(of.rule, of.tenantId, deps.register);
  for await (const page of deps.rows.read(of.tenantId)) for (const row of page) census.count(row);
  for await (const page of deps.rows.read(of.tenantId)) for (const row of page) census.check(row);
  const { groups, rows, fellBack } = census.result();
  const outcome = { ruleId: of.rule.id, rows, fellBack };
  const year = instant(deps.clock.now()).slice(0, 4);
  const statistic = { ruleId: of.rule.id, year, id: deps.newId(), k: of.rule.k.number, groups };
  const wrote = await deps.ledger.publish(of.requestId, of.storeId, outcome, rows > 0 ? statistic : undefined);
  if (wrote) return outcome;
  const faster = await deps.ledger.outcomeOf(of.requestId, of.storeId);
  // Neither ours nor another's: the transaction met a throttle or another writer's unfinished one.
  if (faster === undefined) throw new StoreBusyError(of.rule.into);
  return faster;
}
