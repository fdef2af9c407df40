import { totalOf } from '../../lambda/erasure/counts';
import type { ReplayReport } from '../../lambda/erasure/replay';

/** Requests named in the line; `--json` has them all. */
const NAMED = 5;

/** One line: what was done, and whether the copy may serve. */
export function replayInWords(name: string, report: ReplayReport, dryRun: boolean): string {
  const { erasures, erased, left, kept, unfinished, heldBy, mayServe } = report;
  const done = dryRun
    ? `${erasures} erasures would be applied again, ${totalOf(left)} things erased`
    : `${erasures} erasures applied again, ${totalOf(erased)} things erased`;
  if (mayServe) return `${done}, nothing left: ${name} may serve.`;
  const parts = [done];
  if (totalOf(kept) > 0) parts.push(`${totalOf(kept)} things are held or were refused`);
  if (heldBy.length > 0) parts.push(`legal holds: ${heldBy.join(' ')}`);
  if (!dryRun && totalOf(left) > 0) parts.push(`${totalOf(left)} things are left`);
  if (unfinished.length > 0)
    parts.push(`see ${unfinished.slice(0, NAMED).join(' ')}${unfinished.length > NAMED ? ' …' : ''}`);
  return `${parts.join(', ')}: this copy may not serve.`;
}
