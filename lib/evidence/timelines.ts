import { backupsLapseOn } from '../../lambda/retention/backups';
import { addPeriod, type Day, formatDay, parseDate } from '../../lambda/retention/civil-date';
import { type CompiledRule, compileRegister } from '../../lambda/retention/rules';
import type { Register } from '../../policies/schema';
import type { StoreEvidence, Timeline } from './model';

type Span = Timeline['spans'][number];

/** What a rule's clock starts at, in words. */
const SINCE: Readonly<Record<string, string>> = {
  requestedAt: 'the request',
  consentWithdrawnAt: 'the withdrawal of consent',
  terminatedAt: 'the end of the contract',
  lastProcessedAt: 'the last processing',
  financialYearEnd: 'the end of the financial year',
  annualReturnDueDate: 'the day on which the annual return is due',
};

/**
 * What happens to each class of data, by the register's rules. Months and years are counted in days from `today`, so a
 * leap year is one day longer. A rule that is not in force yet says from when it is.
 *
 * @param today day in India, as 2026-11-29
 * @throws RangeError when it is no day
 */
export function timelinesOf(register: Register, stores: readonly StoreEvidence[], today: string): Timeline[] {
  const start = parseDate(today);
  if (start === undefined) throw new RangeError('expected a day such as 2026-11-29');
  const { classes } = compileRegister(register);
  return register.data.classes.map(({ id, role, meaning }) => {
    const rules = (classes.get(id)?.rules ?? []).filter(({ until }) => start < until);
    const held = stores.some(({ dataClass }) => dataClass === id);
    const floors = rules.flatMap(({ rule: { kind, period } }) =>
      kind === 'floor' && period !== null ? [addPeriod(start, period) - start] : [],
    );
    const spans = [
      ...rules.flatMap((rule) => spansOf(rule, register, start, Math.max(0, ...floors))),
      ...lockSpans(id, register),
      ...(held && rules.some(({ rule }) => rule.kind === 'ceiling') ? [backupSpan(register, today, start)] : []),
    ];
    return { id, meaning, dataRole: role, spans };
  });
}

function spansOf(compiled: CompiledRule, register: Register, start: Day, keptFor: number): Span[] {
  const { rule, from } = compiled;
  const since = rule.countsFrom === null ? 'the event' : (SINCE[rule.countsFrom] ?? rule.countsFrom);
  const citation = rule.citation.source;
  const label = from > start ? `From ${formatDay(from)} on: ${rule.statement}` : rule.statement;
  if (rule.kind === 'trigger') {
    // What no request starts waits until no law keeps it; how soon it goes then is said by no rule.
    const asked = rule.countsFrom === 'requestedAt' || rule.countsFrom === 'consentWithdrawnAt';
    const toDay = asked ? register.erasure.completeWithinDays.days : null;
    return [{ label, kind: 'erased-by', since, fromDay: asked ? 0 : keptFor, toDay, citation }];
  }
  if (rule.period === null) return [];
  const toDay = addPeriod(start, rule.period) - start;
  if (rule.kind === 'floor') return [{ label, kind: 'kept-by-law', since, fromDay: 0, toDay, citation }];
  // The copies of what was deleted go before the day that is promised, by the lifecycle of the buckets.
  const lifecycle = Math.min(register.retention.lifecycle.noncurrentDays.days, toDay);
  return [
    { label, kind: 'recoverable', since, fromDay: 0, toDay: lifecycle, citation },
    { label, kind: 'erased-by', since, fromDay: lifecycle, toDay, citation },
  ];
}

/** Object Lock of logs. Books are locked for as long as the floors above say. */
function lockSpans(id: string, { retention: { lifecycle } }: Register): Span[] {
  if (id !== 'security-logs') return [];
  const { days, citation } = lifecycle.logLockDays;
  const label = 'Logs that services write can be deleted by nobody.';
  return [{ label, kind: 'locked', since: 'the writing', fromDay: 0, toDay: days, citation: citation.source }];
}

/** Until no backup can hold it any more, whatever day it was deleted on. */
function backupSpan(register: Register, today: string, start: Day): Span {
  const lapse = parseDate(backupsLapseOn(`${today}T00:00:00+05:30`, register)) ?? start;
  return {
    label: 'Backups that nobody can edit may hold what was erased until then.',
    kind: 'backup',
    since: 'the erasure',
    fromDay: 0,
    toDay: lapse - start,
    citation: register.retention.backups.ceilingDays.citation.source,
  };
}
