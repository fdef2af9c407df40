import { EvidenceError } from './evidence-error';
import { type Change, type EvidenceReport, FORMAT, type Result, reportSchema } from './model';
import { isWorse } from './results';

/** One thing of a report in a few words, by which it is seen to change. */
type States = ReadonlyMap<string, string>;

/**
 * What is different from an earlier report. A promise, obligation or control is worse when it says less or is gone: one
 * that was given another name would otherwise hide what it lost.
 */
export function compareReports(before: EvidenceReport, after: EvidenceReport): Change[] {
  const results = (list: readonly { id: string; result: Result }[]) =>
    new Map(list.map(({ id, result }) => [id, result]));
  const judged = (kind: Change['kind'], of: (report: EvidenceReport) => readonly { id: string; result: Result }[]) =>
    changesOf(kind, results(of(before)), results(of(after)), (was, is) =>
      is === null ? true : was !== null && isWorse(was as Result, is as Result),
    );
  const plain = (kind: Change['kind'], statesOf: (report: EvidenceReport) => States) =>
    changesOf(kind, statesOf(before), statesOf(after), () => false);
  return [
    ...judged('promise', ({ promises }) => promises),
    ...judged('obligation', ({ obligations }) => obligations),
    ...judged('control', ({ controls }) => controls),
    ...judged('rule', ({ rules }) => rules),
    ...plain('acknowledgement', acknowledgementStates),
    ...changesOf('switch', switchStates(before), switchStates(after), (was, is) => was === 'on' && is !== 'on'),
    ...plain(
      'store',
      ({ stores }) =>
        new Map(stores.map(({ id, region, dataRole, dataClass }) => [id, `${region}, ${dataRole}, ${dataClass}`])),
    ),
    ...plain(
      'processor',
      ({ processors }) =>
        new Map(
          processors.map(({ id, countries, contract }) => [
            id,
            `${countries.join(' ')}, ${contract ? 'contract' : 'no contract'}`,
          ]),
        ),
    ),
  ];
}

/** Whether something for which a report is compared in CI says less: a promise, an obligation or a control. */
export function gotWorse(changes: readonly Change[]): Change[] {
  return changes.filter(({ kind, worse }) => worse && ['promise', 'obligation', 'control'].includes(kind));
}

/** Reads an earlier report. @throws EvidenceError in one line where it is none, or one of another format */
export function parseReport(text: string, name: string): EvidenceReport {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new EvidenceError(`${name} is not JSON: give an evidence.json that npm run evidence wrote.`);
  }
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
  if (format !== FORMAT)
    throw new EvidenceError(`${name} has another format than ${FORMAT}, so it cannot be compared: make it anew.`);
  const report = reportSchema.safeParse(json);
  if (report.success) return report.data;
  const place = report.error.issues[0]?.path.join('.');
  throw new EvidenceError(`${name} is no report of format ${FORMAT}: see ${place || 'its fields'}.`);
}

function changesOf(
  kind: Change['kind'],
  before: States,
  after: States,
  isWorseChange: (was: string | null, is: string | null) => boolean,
): Change[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort();
  return ids.flatMap((id) => {
    const was = before.get(id) ?? null;
    const is = after.get(id) ?? null;
    return was === is ? [] : [{ kind, id, before: was, after: is, worse: isWorseChange(was, is) }];
  });
}

function acknowledgementStates({ acknowledgements }: EvidenceReport): States {
  return new Map(
    acknowledgements.flatMap(({ at, findings, owner, expires }) =>
      findings.map((id) => [`${at}: ${id}`, `${owner}, until ${expires}`] as const),
    ),
  );
}

function switchStates({ switches }: EvidenceReport): States {
  return new Map(switches.map(({ id, on }) => [id, on ? 'on' : 'off']));
}
