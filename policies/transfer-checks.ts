import { at, type CrossProblem, repeated, unknown } from './cross-problem';
import type { BundledRegister } from './schema';

const FILE = 'transfers';

/** What is wrong in transfers.yaml by itself: words said twice, and words that name none. */
export function transfers({ transfers: words }: BundledRegister): CrossProblem[] {
  const ids = (entries: readonly { id: string }[]) => entries.map((entry) => entry.id);
  const names = words.fields.map((field) => field.name);
  const categories = ids(words.categories);
  return [
    ...(['categories', 'bases', 'purposes', 'resolveFor'] as const).flatMap((list) =>
      repeated(FILE, [list], ids(words[list]), 'id'),
    ),
    ...repeated(FILE, ['fields'], names, 'name'),
    ...repeated(FILE, ['tokenFields'], words.tokenFields),
    ...words.fields.flatMap(({ category }, i) =>
      unknown(FILE, ['fields', i, 'category'], 'a category of this file', category, categories),
    ),
    ...words.tokenFields.flatMap((name, i) =>
      names.includes(name) ? [] : [at(FILE, ['tokenFields', i], `expected a field of this file, got "${name}"`)],
    ),
    ...nested(FILE, ['fields'], names, 'name'),
  ];
}

/**
 * Names of which one lies inside another, such as `billing` and `billing.city`: what is done to the one would be done
 * to the other as well, or undone by it.
 */
export function nested(
  file: CrossProblem['file'],
  path: CrossProblem['path'],
  names: readonly string[],
  field: string,
): CrossProblem[] {
  return names.flatMap((name, i) => {
    const outer = names.findIndex((other) => name.startsWith(`${other}.`));
    if (outer < 0) return [];
    const message = `expected no field inside another, got "${name}" inside "${names[outer]}"`;
    return [at(file, [...path, i, field], message, [...path, outer, field])];
  });
}
