import { at, type CrossProblem, repeated, unknown } from './cross-problem';
import type { Path } from './problems';
import type { FieldRule, Processor, Transfers } from './schema';
import { nested } from './transfer-checks';

const FILE = 'processors';

/** What is wrong in a processor's purposes: words that transfers.yaml lacks, and transforms that cannot be done. */
export function fieldContracts({ purposes }: Processor, base: Path, words: Transfers): CrossProblem[] {
  const ids = (entries: readonly { id: string }[]) => entries.map((entry) => entry.id);
  const known = words.fields.map((field) => field.name);
  return [
    ...repeated(FILE, [...base, 'purposes'], ids(purposes), 'id'),
    ...purposes.flatMap((purpose, i) => {
      const path = [...base, 'purposes', i];
      const names = purpose.fields.map((field) => field.name);
      return [
        ...unknown(FILE, [...path, 'id'], 'a purpose of transfers.yaml', purpose.id, ids(words.purposes)),
        ...repeated(FILE, [...path, 'bases'], purpose.bases),
        ...purpose.bases.flatMap((basis, j) =>
          unknown(FILE, [...path, 'bases', j], 'a ground of transfers.yaml', basis, ids(words.bases)),
        ),
        ...repeated(FILE, [...path, 'fields'], names, 'name'),
        ...sentNames(purpose.fields, [...path, 'fields']),
        ...purpose.fields.flatMap((field, j) => [
          ...(known.includes(field.name)
            ? []
            : [at(FILE, [...path, 'fields', j, 'name'], `expected a field of transfers.yaml, got "${field.name}"`)]),
          ...transform(field, [...path, 'fields', j], words.tokenFields),
        ]),
      ];
    }),
  ];
}

/** Two fields sent under one name: one of them would be lost, and nobody could say which. */
function sentNames(fields: readonly FieldRule[], path: Path): CrossProblem[] {
  const sent = fields.map((field) => field.as ?? field.name);
  const own = fields.map((field) => field.name);
  const place = (i: number) => [...path, i, fields[i]?.as === undefined ? 'name' : 'as'];
  const twice = sent.flatMap((name, i) => {
    const first = sent.indexOf(name);
    // A field that stands twice is told as such.
    if (first === i || own.indexOf(own[i] ?? '') !== i) return [];
    return [at(FILE, place(i), `expected another name to send it under, got "${name}" again`, place(first))];
  });
  return [...twice, ...nested(FILE, path, sent, 'name')];
}

function transform(
  { name, transform: way, keep }: FieldRule,
  path: Path,
  tokenFields: readonly string[],
): CrossProblem[] {
  return [
    ...(way === 'tokenise' && !tokenFields.includes(name)
      ? [
          at(
            FILE,
            [...path, 'transform'],
            `expected a field of tokenFields (${tokenFields.join(', ')}) to tokenise, got "${name}"`,
          ),
        ]
      : []),
    ...(keep !== undefined && way !== 'mask' && way !== 'truncate'
      ? [at(FILE, [...path, 'keep'], `expected keep only with mask or truncate, got ${way}`)]
      : []),
  ];
}
