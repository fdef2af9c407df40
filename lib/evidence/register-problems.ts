import { linesOf } from '../../policies/load';
import type { Register } from '../../policies/schema';
import { danglingEvidence } from './dangling';

/**
 * What keeps the register from being judged, one line each: evidence that is not there, and ids that stand twice.
 *
 * @param rules full ids of the rules of the packs
 * @param exists whether the repository has such a file or folder
 */
export function registerProblems(
  register: Pick<Register, 'controls'>,
  rules: ReadonlySet<string>,
  exists: (path: string) => boolean,
): string[] {
  const dangling = linesOf(danglingEvidence(register, rules, exists));
  const { controls, statements, obligations } = register.controls;
  return [...dangling, ...[controls, statements, obligations].flatMap(repeatedIds)];
}

function repeatedIds(list: readonly { readonly id: string }[]): string[] {
  const seen = new Set<string>();
  return list.flatMap(({ id }) => {
    const again = seen.has(id);
    seen.add(id);
    return again ? [`policies/controls.yaml: "${id}" stands there twice: give one of them another id.`] : [];
  });
}
