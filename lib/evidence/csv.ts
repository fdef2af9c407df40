import type { EvidenceReport } from './model';

const HEAD = ['kind', 'id', 'says', 'result', 'note', 'in force from', 'in force until', 'controls', 'rules', 'tests'];

/**
 * The matrix as CSV (RFC 4180): promises, obligations and controls, one a row, with what each is shown by. Lists in a
 * cell are separated by `; `.
 */
export function csvOf({ promises, obligations, controls }: EvidenceReport): string {
  const ruleOf = new Map(controls.map(({ id, rules }) => [id, rules]));
  const testsOf = new Map(controls.map(({ id, tests }) => [id, tests]));
  const shownBy = (ids: readonly string[]) => [
    list(ids),
    list(new Set(ids.flatMap((id) => ruleOf.get(id) ?? []))),
    list(new Set(ids.flatMap((id) => testsOf.get(id) ?? []))),
  ];
  const rows = [
    HEAD,
    ...promises.map((p) => ['promise', p.id, p.text, p.result, p.note ?? '', '', '', ...shownBy(p.controls)]),
    ...obligations.map((o) => [
      ...['obligation', o.id, `${o.citation}: ${o.requires}`, o.result, o.note ?? ''],
      ...[o.inForceFrom, o.inForceUntil ?? '', ...shownBy(o.controls)],
    ]),
    ...controls.map((c) => ['control', c.id, c.statement, c.result, list(c.reasons), '', '', ...shownBy([c.id])]),
  ];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function list(items: Iterable<string>): string {
  return [...items].join('; ');
}

/** A spreadsheet would run a cell that begins like a formula, so it gets an apostrophe in front (OWASP, CSV injection). */
function cell(text: string): string {
  const safe = /^\s*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
