import { at, type CrossProblem, repeated, unknown } from './cross-problem';
import type { AnonymiseRule, BundledRegister } from './schema';

/** The reason of a tenant whose contract ended and who asked for nothing; no request can give it. */
const TERMINATION = 'termination';

/** What is wrong in anonymise.yaml, by itself and beside the other files. */
export function anonymise(register: BundledRegister): CrossProblem[] {
  const { rules, states } = register.anonymise;
  const on = rules.map((rule) => (rule.switch.on ? rule.class : `${rule.class} (off: ${rule.id})`));
  return [
    ...repeated('anonymise', ['states', 'names'], states.names),
    ...repeated(
      'anonymise',
      ['rules'],
      rules.map((rule) => rule.id),
      'id',
    ),
    // Two rules about one class would count the same people twice.
    ...repeated('anonymise', ['rules'], on, 'class'),
    ...rules.flatMap((rule, i) => [
      ...scopeProblems(register, rule, i),
      ...fieldProblems(rule, i),
      ...freeTextProblems(rule, i),
    ]),
  ];
}

function scopeProblems({ data, erasure }: BundledRegister, rule: AnonymiseRule, i: number): CrossProblem[] {
  const known = data.classes.find((c) => c.id === rule.class);
  const path = ['rules', i];
  const reasons = [...erasure.reasons.map((reason) => reason.id), TERMINATION];
  return [
    ...unknown(
      'anonymise',
      [...path, 'class'],
      'a class of data.yaml',
      rule.class,
      data.classes.map((c) => c.id),
    ),
    ...(known === undefined || known.role === 'account'
      ? []
      : [
          at(
            'anonymise',
            [...path, 'class'],
            `expected a class of role account, got "${rule.class}" of role ${known.role}: DigiCRM has no ground of its own for data that it does not decide about`,
          ),
        ]),
    ...rule.reasons.flatMap((id, j) =>
      unknown('anonymise', [...path, 'reasons', j], 'a reason of erasure.yaml, or termination', id, reasons),
    ),
  ];
}

function fieldProblems({ keeps, identifiers }: AnonymiseRule, i: number): CrossProblem[] {
  const path = ['rules', i];
  return [
    ...repeated(
      'anonymise',
      [...path, 'keeps'],
      keeps.map((keep) => keep.name),
      'name',
    ),
    ...repeated('anonymise', [...path, 'identifiers'], identifiers),
    ...keeps.flatMap((keep, j) => {
      const place = [...path, 'keeps', j];
      const problems: CrossProblem[] = [];
      if (identifiers.includes(keep.from))
        problems.push(at('anonymise', [...place, 'from'], `expected no identifier, got "${keep.from}"`));
      if (keep.as === 'band' && keep.edges.some((edge, n) => n > 0 && edge <= (keep.edges[n - 1] ?? edge)))
        problems.push(at('anonymise', [...place, 'edges'], 'expected each edge above the one before'));
      return problems;
    }),
  ];
}

/** Free text is never kept by mistake: what has no list of values is named twice. */
function freeTextProblems({ keeps, freeText }: AnonymiseRule, i: number): CrossProblem[] {
  const open = keeps.filter((keep) => keep.as === 'as-is' && keep.values === undefined).map((keep) => keep.name);
  const path = ['rules', i];
  return [
    ...keeps.flatMap((keep, j) =>
      open.includes(keep.name) && !freeText.includes(keep.name)
        ? [at('anonymise', [...path, 'keeps', j], `expected values, or "${keep.name}" under freeText`)]
        : [],
    ),
    ...freeText.flatMap((name, j) =>
      unknown('anonymise', [...path, 'freeText', j], 'a name under keeps that is as-is without values', name, open),
    ),
  ];
}
