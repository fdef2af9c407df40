import { anonymise } from './anonymise-checks';
import { backups } from './backup-checks';
import { books } from './books-checks';
import { controls } from './controls-checks';
import { at, type CrossProblem, repeated, unknown } from './cross-problem';
import { notices } from './notice-checks';
import { processors } from './processor-checks';
import { retention } from './retention-checks';
import type { BundledRegister, Register } from './schema';
import { transfers } from './transfer-checks';

/** What no schema of a single value can see. Empty when the register agrees with itself. */
export function crossCheck(register: Register): CrossProblem[] {
  return [...crossCheckBundled(register), ...processors(register), ...controls(register)];
}

/** The same for the part of the register that functions carry. */
export function crossCheckBundled(register: BundledRegister): CrossProblem[] {
  return [
    ...regions(register),
    ...data(register),
    ...retention(register),
    ...lifecycle(register),
    ...logs(register),
    ...backups(register),
    ...notices(register),
    ...decidable(register),
    ...erasure(register),
    ...books(register),
    ...anonymise(register),
    ...transfers(register),
    ...clients(register),
  ];
}

function regions({ regions: { home, replica } }: BundledRegister): CrossProblem[] {
  if (home.region !== replica.region) return [];
  return [at('regions', ['replica', 'region'], `expected another Region than home, got "${replica.region}"`)];
}

function data({ data: { roles, classes } }: BundledRegister): CrossProblem[] {
  const ids = roles.map((role) => role.id);
  return [
    ...repeated('data', ['roles'], ids, 'id'),
    ...repeated(
      'data',
      ['classes'],
      classes.map((c) => c.id),
      'id',
    ),
    ...classes.flatMap((c, i) => unknown('data', ['classes', i, 'role'], 'a role of this file', c.role, ids)),
  ];
}

/** S3 counts from the moment of supersession and rounds up to midnight UTC, which can add a day. */
function lifecycle({ retention: { rules, lifecycle: numbers } }: BundledRegister): CrossProblem[] {
  const ceilings = rules.filter((rule) => rule.kind === 'ceiling' && rule.period?.unit === 'days');
  const most = Math.min(...ceilings.map((rule) => rule.period?.value ?? 0)) - 1;
  return (['noncurrentDays', 'incompleteUploadDays', 'exportDays'] as const).flatMap((name) => {
    const { days } = numbers[name];
    const message = `expected at most ${most}, a day less than the shortest ceiling because S3 rounds up, got ${days}`;
    return days <= most ? [] : [at('retention', ['lifecycle', name, 'days'], message)];
  });
}

/** Every law that keeps logs is met by age alone, whatever the calendar: a year is counted with its leap day. */
function logs({ retention: { rules, lifecycle: numbers } }: BundledRegister): CrossProblem[] {
  const floors = rules.filter(
    ({ kind, period, appliesTo: { roles, classes } }) =>
      kind === 'floor' &&
      period !== null &&
      roles.includes('telemetry') &&
      (classes === null || classes.includes('security-logs')),
  );
  const least = floors.map(({ id, period }) => ({
    id,
    days: period === null ? 0 : period.value * LONGEST[period.unit],
  }));
  return (['accessLogDays', 'functionLogDays', 'logLockDays'] as const).flatMap((name) => {
    const { days } = numbers[name];
    const broken = least.filter((floor) => days < floor.days);
    if (broken.length === 0) return [];
    const laws = broken.map(({ id }) => `"${id}"`).join(' and ');
    const message = `expected at least ${Math.max(...broken.map((floor) => floor.days))} because of ${laws}, got ${days}`;
    return [at('retention', ['lifecycle', name, 'days'], message)];
  });
}

/** Days of the longest period of that unit. */
const LONGEST = { days: 1, months: 31, years: 366 } as const;

/**
 * Whoever may ask gets an answer on any day: for each class, reason and scope there is a trigger
 * without dates that is on. Statutory books are the exception: no rule erases them on request.
 */
function decidable({ data: { classes }, erasure: { reasons }, retention: { rules } }: BundledRegister): CrossProblem[] {
  const always = rules.filter(
    (rule) => rule.switch.on && rule.kind === 'trigger' && rule.inForceFrom === null && rule.until === null,
  );
  return classes.flatMap((c, i) => {
    if (c.role === 'books') return [];
    const covering = always.filter(
      ({ appliesTo: a }) => a.roles.includes(c.role) && (a.classes === null || a.classes.includes(c.id)),
    );
    return (['tenant', 'subject'] as const).flatMap((scope) =>
      reasons
        .filter(
          ({ id }) =>
            !covering.some(
              ({ appliesTo: a }) => (a.scopes?.includes(scope) ?? true) && (a.reasons?.includes(id) ?? true),
            ),
        )
        .map(({ id }) =>
          at(
            'data',
            ['classes', i, 'id'],
            `expected a trigger without dates in retention.yaml that is on, for "${c.id}", scope ${scope}, reason "${id}"`,
          ),
        ),
    );
  });
}

function erasure({ erasure: { reasons, tenantInstruction } }: BundledRegister): CrossProblem[] {
  return [
    ...repeated(
      'erasure',
      ['reasons'],
      reasons.map((reason) => reason.id),
      'id',
    ),
    ...repeated('erasure', ['tenantInstruction', 'roles'], tenantInstruction.roles),
    ...repeated('erasure', ['tenantInstruction', 'authentication'], tenantInstruction.authentication),
  ];
}

function clients(register: BundledRegister): CrossProblem[] {
  const list = register.clients.clients;
  const stages = Object.keys(register.stages.stages);
  return [
    ...repeated(
      'clients',
      ['clients'],
      list.map((client) => client.name),
      'name',
    ),
    ...list.flatMap((client, i) => [
      ...repeated('clients', ['clients', i, 'actions'], client.actions),
      ...repeated('clients', ['clients', i, 'stages'], client.stages),
      ...(client.tenants === 'all' ? [] : repeated('clients', ['clients', i, 'tenants'], client.tenants)),
      ...client.stages.flatMap((stage, j) =>
        unknown('clients', ['clients', i, 'stages', j], 'a stage of stages.yaml', stage, stages),
      ),
    ]),
  ];
}
