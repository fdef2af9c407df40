import type { Path, Problem } from './problems';
import type { Register, RegisterFile } from './schema';

/** A problem that shows only when files are read together, or entries of one file beside each other. */
export interface CrossProblem extends Problem {
  readonly file: RegisterFile;
}

type Rule = Register['retention']['rules'][number];

/** What no schema of a single value can see. Empty when the register agrees with itself. */
export function crossCheck(register: Register): CrossProblem[] {
  return [
    ...regions(register),
    ...data(register),
    ...retention(register),
    ...lifecycle(register),
    ...decidable(register),
    ...erasure(register),
    ...clients(register),
    ...controls(register),
    ...statements(register),
  ];
}

function at(file: RegisterFile, path: Path, message: string): CrossProblem {
  return { file, path, message };
}

/** Later entries that repeat an earlier one. */
function repeated(file: RegisterFile, path: Path, values: readonly string[], field?: string): CrossProblem[] {
  return values.flatMap((value, i) => {
    const first = values.indexOf(value);
    const place = field === undefined ? [...path, i] : [...path, i, field];
    return first === i ? [] : [at(file, place, `expected a new one, got "${value}" of entry [${first}] again`)];
  });
}

function unknown(
  file: RegisterFile,
  path: Path,
  what: string,
  value: string,
  known: readonly string[],
): CrossProblem[] {
  return known.includes(value) ? [] : [at(file, path, `expected ${what} (${known.join(', ')}), got "${value}"`)];
}

function regions({ regions: { home, replica } }: Register): CrossProblem[] {
  if (home.region !== replica.region) return [];
  return [at('regions', ['replica', 'region'], `expected another Region than home, got "${replica.region}"`)];
}

function data({ data: { roles, classes } }: Register): CrossProblem[] {
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

function retention(register: Register): CrossProblem[] {
  const { rules } = register.retention;
  return [
    ...repeated(
      'retention',
      ['rules'],
      rules.map((rule) => rule.id),
      'id',
    ),
    ...rules.flatMap((rule, i) => ruleProblems(register, rule, ['rules', i])),
  ];
}

function ruleProblems(register: Register, rule: Rule, path: Path): CrossProblem[] {
  const { classes } = register.data;
  const reasons = register.erasure.reasons.map((reason) => reason.id);
  const problems: CrossProblem[] = [];
  for (const [i, id] of (rule.appliesTo.classes ?? []).entries()) {
    const place = [...path, 'appliesTo', 'classes', i];
    const known = classes.filter((c) => rule.appliesTo.roles.includes(c.role)).map((c) => c.id);
    problems.push(...unknown('retention', place, "a class of data.yaml in the rule's roles", id, known));
  }
  for (const [i, id] of (rule.appliesTo.reasons ?? []).entries())
    problems.push(
      ...unknown('retention', [...path, 'appliesTo', 'reasons', i], 'a reason of erasure.yaml', id, reasons),
    );
  if ((rule.period === null) !== (rule.kind === 'trigger'))
    problems.push(
      at(
        'retention',
        [...path, 'period'],
        `expected ${rule.kind === 'trigger' ? 'null' : 'a length'} for a ${rule.kind}`,
      ),
    );
  if (rule.inForceFrom !== null && rule.until !== null && rule.until <= rule.inForceFrom)
    problems.push(at('retention', [...path, 'until'], `expected a day after ${rule.inForceFrom}, got ${rule.until}`));
  // A switched-on floor that nothing obeys would be a false statement about what the system does.
  if (rule.active && rule.kind !== 'trigger')
    problems.push(at('retention', [...path, 'active'], `expected false, as no code acts on a ${rule.kind} yet`));
  return problems;
}

/** S3 counts from the moment of supersession and rounds up to midnight UTC, which can add a day. */
function lifecycle({ retention: { rules, lifecycle: numbers } }: Register): CrossProblem[] {
  const ceilings = rules.filter((rule) => rule.kind === 'ceiling' && rule.period?.unit === 'days');
  const most = Math.min(...ceilings.map((rule) => rule.period?.value ?? 0)) - 1;
  return (['noncurrentDays', 'incompleteUploadDays', 'exportDays'] as const).flatMap((name) => {
    const { days } = numbers[name];
    const message = `expected at most ${most}, a day less than the shortest ceiling because S3 rounds up, got ${days}`;
    return days <= most ? [] : [at('retention', ['lifecycle', name, 'days'], message)];
  });
}

/**
 * Whoever may ask gets an answer on any day: for each class, reason and scope there is an active rule
 * without dates. Statutory books are the exception: no rule erases them on request.
 */
function decidable({ data: { classes }, erasure: { reasons }, retention: { rules } }: Register): CrossProblem[] {
  const always = rules.filter((rule) => rule.active && rule.inForceFrom === null && rule.until === null);
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
            `expected an active rule without dates in retention.yaml for "${c.id}", scope ${scope}, reason "${id}"`,
          ),
        ),
    );
  });
}

function erasure({ erasure: { reasons, tenantInstruction } }: Register): CrossProblem[] {
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

function clients(register: Register): CrossProblem[] {
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

function controls({ controls: { controls: list, statements: promises } }: Register): CrossProblem[] {
  const named = new Set(promises.flatMap((statement) => statement.controls));
  return [
    ...repeated(
      'controls',
      ['controls'],
      list.map((control) => control.id),
      'id',
    ),
    ...list.flatMap((control, i) => {
      const problems = repeated('controls', ['controls', i, 'keptBy'], control.keptBy);
      if (control.status !== 'planned' && control.keptBy.length === 0)
        problems.push(
          at('controls', ['controls', i, 'keptBy'], `expected the files that keep it, as it is ${control.status}`),
        );
      if (!named.has(control.id))
        problems.push(at('controls', ['controls', i, 'id'], `expected a statement that names "${control.id}"`));
      return problems;
    }),
  ];
}

function statements({ controls: { controls: list, statements: rows } }: Register): CrossProblem[] {
  const wanted = Array.from({ length: 22 }, (_, i) => `P${i + 1}`);
  const order = rows.flatMap((row, i) =>
    row.id === wanted[i] ? [] : [at('controls', ['statements', i, 'id'], `expected ${wanted[i]}, got "${row.id}"`)],
  );
  const known = list.map((control) => control.id);
  const details = rows.flatMap((row, i) => {
    const path = ['statements', i];
    const problems = row.controls.flatMap((id, j) =>
      unknown('controls', [...path, 'controls', j], 'a control of this file', id, known),
    );
    const kept = list.filter((control) => row.controls.includes(control.id)).map((control) => control.status);
    const earned = earnedStatus(kept);
    // Less than earned is fair where the rest is the work of others, which the note must say.
    const modest = earned === 'built' && row.status === 'partly' && row.note !== undefined;
    if (row.status !== earned && !modest)
      problems.push(
        at(
          'controls',
          [...path, 'status'],
          `expected "${earned}", which is what its controls amount to, got "${row.status}"`,
        ),
      );
    if (row.status === 'not-ours' && row.note === undefined)
      problems.push(at('controls', path, 'expected a note that says whose it is'));
    return [...problems, ...repeated('controls', [...path, 'controls'], row.controls)];
  });
  return [...order, ...details];
}

/** A promise is no better kept than its controls. */
function earnedStatus(kept: readonly string[]): Register['controls']['statements'][number]['status'] {
  if (kept.length === 0) return 'not-ours';
  if (kept.every((status) => status === 'built')) return 'built';
  return kept.every((status) => status === 'planned') ? 'planned' : 'partly';
}
