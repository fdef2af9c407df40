import { randomUUID } from 'node:crypto';
import { formatDay, parseDayInIndia } from '../../lambda/retention/civil-date';
import { outcomeInWords } from '../../lambda/retention/words';
import type { TerminationView } from '../../lambda/termination/view';
import { countsInWords } from '../cli/words';
import { clockNow, setClock } from './clock';
import { type Demo, keepCertificate, must, mustBeGone, mustBeSame, type Snapshots, snapshots } from './demo-checks';
import { DAY_MS, fastForward, goToDay, terminationUntil } from './fast-forward';

/** Days after the end of the contract on which something is to be seen. */
const WARNINGS = [83, 88];
const LAST_DAY_TO_RESTORE = 89;
const ERASURE = 90;

/** Day in India of an instant. */
function dayOf(at: string): string {
  const day = parseDayInIndia(at);
  return day === undefined ? at : formatDay(day);
}

async function today({ outputs }: Demo): Promise<string> {
  return dayOf((await clockNow(outputs)).toISOString());
}

async function instruction({ outputs }: Demo) {
  const at = (await clockNow(outputs)).toISOString();
  return { by: 'demo-admin', role: 'tenant-admin', authentication: 'mfa', at };
}

/** The contract ends; everything is out of use at once. */
async function terminate(demo: Demo, tenantId: string): Promise<TerminationView> {
  const { api, log } = demo;
  await api.terminate(tenantId, { instruction: await instruction(demo) }, randomUUID());
  const view = await terminationUntil(api, tenantId, 'hidden', ({ hidden }) => hidden);
  log(
    `${await today(demo)}: the contract of ${tenantId} has ended. Nothing of it is usable, all of it can be restored.`,
  );
  log(`  Its erasure begins on ${dayOf(view.eraseAt)}; the promise ends at ${view.promiseEndsAt}.`);
  return view;
}

/** Days pass until both warnings have gone out to the CRM. */
async function letWarningsGoOut({ outputs, api, log }: Demo, ...terminated: TerminationView[]): Promise<void> {
  for (const [index, day] of WARNINGS.entries())
    for (const each of terminated) {
      await goToDay(outputs, each, day);
      const view = await terminationUntil(
        api,
        each.tenantId,
        `warned on day ${day}`,
        ({ notices }) => (notices[index]?.sentAt ?? null) !== null,
      );
      const hours = view.notices[index]?.hoursBefore;
      log(`Day ${day}: the warning of ${hours} hours for ${each.tenantId} went out to the CRM, which delivers it.`);
    }
}

/** What is decided of the data, and by which law: stores with the same answer in one line. */
async function tellWhy({ api, log }: Demo, tenantId: string): Promise<void> {
  const { stores } = await api.decideRetention({ tenantId });
  const answers = new Map<string, { readonly stores: string[]; readonly laws: Set<string> }>();
  for (const { storeId, part, decision } of stores) {
    // Of documents a part may stay for years; these tenants have none.
    if (part !== 'all') continue;
    const words = [outcomeInWords(decision), ...(decision.conflict === null ? [] : [decision.conflict])].join(' ');
    const answer = answers.get(words) ?? { stores: [], laws: new Set() };
    answer.stores.push(storeId);
    for (const { citation, effect } of decision.rules) answer.laws.add(`${citation}: ${effect}`);
    answers.set(words, answer);
  }
  for (const [words, { stores: same, laws }] of answers) {
    log(`What becomes of ${same.join(', ')}? ${words}`);
    for (const law of laws) log(`  ${law}`);
  }
}

/** A restore on the 89th day brings every byte back. */
async function comeBack(demo: Demo, { tenantId, terminatedAt }: TerminationView, before: Snapshots): Promise<void> {
  const { outputs, api, log } = demo;
  await setClock(outputs, new Date(Date.parse(terminatedAt) + LAST_DAY_TO_RESTORE * DAY_MS));
  await api.restore(tenantId, { cause: 'restore', instruction: await instruction(demo) });
  await terminationUntil(api, tenantId, 'restored', ({ state }) => state === 'RESTORED');
  log(`Day ${LAST_DAY_TO_RESTORE}: an administrator of ${tenantId} takes the termination back.`);
  mustBeSame(demo, before, await snapshots(demo, [tenantId]));
}

/** Nobody comes back: on day 90 at the latest everything is gone, and certified. */
async function stayAway(demo: Demo, terminated: TerminationView): Promise<string> {
  const { outputs, api, log } = demo;
  const { tenantId } = terminated;
  await goToDay(outputs, terminated, ERASURE);
  const erased = await terminationUntil(api, tenantId, 'erased', ({ state }) => state === 'ERASED');
  log(`Day ${ERASURE}, ${dayOf(erased.erasedAt ?? '')}: nobody came back, and ${tenantId} is erased.`);
  await mustBeGone(demo, tenantId);
  const { file, certificate } = await keepCertificate(demo, erased.requestId ?? '', 'termination');
  must(certificate.outcome === 'completed', `The erasure of ${tenantId} is certified as ${certificate.outcome}.`);
  await fastForward(outputs, new Date(`${certificate.backupsLapseOn}T06:00:00+05:30`));
  await terminationUntil(api, tenantId, 'proven', ({ state }) => state === 'PROVEN');
  log(`${certificate.backupsLapseOn}: the last backup is gone too; the erasure counts as proven.`);
  return file;
}

/** Two contracts end on one day; one tenant comes back at the last moment, the other does not. */
async function endBoth(demo: Demo, leaving: string, returning: string): Promise<string> {
  const before = await snapshots(demo, [returning]);
  const away = await terminate(demo, leaving);
  const back = await terminate(demo, returning);
  await tellWhy(demo, leaving);
  await letWarningsGoOut(demo, away, back);
  await comeBack(demo, back, before);
  return stayAway(demo, away);
}

/** The same from June 2027: a law keeps what was used within the year, sealed, and then it goes. */
async function endSealAndErase(demo: Demo, tenantId: string): Promise<string> {
  const { outputs, api, log } = demo;
  await setClock(outputs, new Date('2027-06-01T06:00:00Z'));
  const terminated = await terminate(demo, tenantId);
  await tellWhy(demo, tenantId);
  await letWarningsGoOut(demo, terminated);
  await goToDay(outputs, terminated, ERASURE);
  const sealed = await terminationUntil(api, tenantId, 'sealed', ({ state }) => state === 'VAULT');
  const requestId = sealed.requestId ?? '';
  log(`${await today(demo)}: the recovery window is over, and the product has nothing of ${tenantId} any more.`);
  await mustBeGone(demo, tenantId);
  const { certificate } = await keepCertificate(demo, requestId, 'sealed');
  must(certificate.retained.length > 0, `Nothing of ${tenantId} is sealed, though a law keeps it.`);
  for (const { storeId, counts, until, law } of certificate.retained)
    log(
      `Sealed until ${until}: ${countsInWords(counts)} of ${storeId}, by ${law.map(({ citation }) => citation).join('; ')}.`,
    );
  await fastForward(outputs, new Date(`${sealed.sealedUntil}T06:00:00+05:30`));
  await terminationUntil(api, tenantId, 'erased', ({ state }) => state === 'ERASED');
  log(`${sealed.sealedUntil}: no law keeps it any longer, and what was sealed is erased.`);
  const end = await keepCertificate(demo, requestId, 'after-the-seal');
  must(end.certificate.outcome === 'completed' && end.certificate.retained.length === 0, 'Something is still sealed.');
  return end.file;
}

/** Ends of contracts in fast-forward, before and after the DPDP Act begins. Resolves with the certificates' files. */
export async function tellTerminations(
  demo: Demo,
  [leaving, returning]: readonly [string, string],
  step: (title: string) => void,
): Promise<string[]> {
  step(`6. ${leaving} and ${returning} end their contracts; one comes back, the other does not (in fast-forward)`);
  const erased = await endBoth(demo, leaving, returning);
  step(`7. ${returning} ends its contract again, in June 2027, when the DPDP Act is in force`);
  const sealed = await endSealAndErase(demo, returning);
  return [erased, sealed];
}
