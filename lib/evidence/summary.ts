import type { EvidenceReport, Result } from './model';
import { counted } from './results';

const ORDER: readonly Result[] = ['pass', 'acknowledged', 'fail', 'unproven', 'planned', 'not-applicable'];
const RED: readonly Result[] = ['fail', 'unproven'];
/** Lines about what is red; the page has all. */
const MOST = 6;

/** What the terminal shows at the end, in at most 15 lines. */
export function summaryOf(report: EvidenceReport): string[] {
  const { controls, promises, obligations, tests, live, changes } = report;
  const notRun = tests.filter(({ result }) => result === 'not-run').length;
  const red = controls.filter(({ result }) => RED.includes(result));
  const liveBad = live?.checks.filter(({ result }) => result !== 'pass').length ?? 0;
  const worse = changes?.filter((change) => change.worse).length ?? 0;
  return [
    `Promises:     ${countsOf(promises)}`,
    `Obligations:  ${countsOf(obligations)}`,
    `Controls:     ${countsOf(controls)}`,
    ...(notRun > 0
      ? [
          `${counted(notRun, 'file')} of tests ${notRun === 1 ? 'has' : 'have'} no result of this source, so what they show is unproven.`,
        ]
      : []),
    ...(live === null
      ? []
      : [`Running account: ${live.checks.length - liveBad} checks hold, ${liveBad} do not or could not be made.`]),
    ...(changes === null
      ? []
      : [`Since the last report: ${counted(changes.length, 'change')}, ${worse} for the worse.`]),
    ...red.slice(0, MOST).map(({ id, result, reasons }) => `  ${result}: ${id}: ${clipped(reasons)}`),
    ...(red.length > MOST ? [`  and ${red.length - MOST} more controls, see the page.`] : []),
  ];
}

function countsOf(list: readonly { result: Result }[]): string {
  const count = (word: Result) => list.filter(({ result }) => result === word).length;
  const parts = ORDER.filter((word) => count(word) > 0).map((word) => `${count(word)} ${word}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function clipped(reasons: readonly string[]): string {
  const [first = '', ...more] = reasons;
  return more.length === 0 ? first : `${first} (and ${more.length} more)`;
}
