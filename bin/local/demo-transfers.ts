import { randomUUID } from 'node:crypto';
import type { AnyCertificate } from '../../lambda/certificate/certificate';
import { ApiRefusal } from '../cli/api';
import { must } from './demo-checks';
import { contactOf, deliver, message, type TransferDemo } from './demo-messages';

/** The law lets an order come overnight, and it has to hold within a minute everywhere. */
const WITHIN_MS = 60_000;
const ANSWER_MS = 30_000;
const INTERVAL_MS = 250;
const ABROAD = 'SG';

/** An SMS within India: the number as it is, the name masked, nothing else. */
async function sendSms(demo: TransferDemo): Promise<void> {
  const { name, mobile, email, pan } = await contactOf(demo);
  const payload = { phone: mobile, name, email, pan, templateId: 'order-shipped' };
  demo.log(`An SMS about an order: the CRM sends ${JSON.stringify(payload)}`);
  const arrived = await deliver(demo, 'sandbox-sms', payload);
  must(arrived.phone === mobile, 'The SMS gateway did not get the number.');
  for (const secret of [name, email, pan])
    must(!JSON.stringify(arrived).includes(secret), 'The SMS gateway got more than its field contract has.');
}

/** The same for a purpose that nobody agreed on with the gateway. */
async function beRefused(demo: TransferDemo, purpose: string): Promise<void> {
  const { log, api, processors } = demo;
  const before = processors.of('sandbox-sms').received.length;
  const fields = ['phone', 'name'];
  const { outcome, decidedBy } = await api.decideTransfer({ ...message(demo, 'sandbox-sms', purpose), fields });
  must(outcome === 'deny', `An SMS for ${purpose} was not refused.`);
  log(`The same for ${purpose}: denied.`);
  for (const { id, statement, citation } of decidedBy)
    log(`  ${id}: ${statement}${citation === '' ? '' : ` (${citation})`}`);
  const { mobile } = await contactOf(demo);
  const refused = await api
    .transfer({ ...message(demo, 'sandbox-sms', purpose), payload: { phone: mobile } }, randomUUID())
    .catch((error: unknown) => error);
  must(refused instanceof ApiRefusal, `An SMS for ${purpose} was taken.`);
  must(processors.of('sandbox-sms').received.length === before, `An SMS for ${purpose} arrived.`);
}

/** An e-mail by way of Singapore: a token stands for the name, and the CRM can turn it back. */
async function sendEmail(demo: TransferDemo): Promise<string> {
  const { log, api, person } = demo;
  const { name, email } = await contactOf(demo);
  log('An e-mail about it goes by way of Singapore, with a token instead of the name:');
  const { name: token = '' } = await deliver(demo, 'sandbox-email', { email, name, templateId: 'order-shipped' });
  const purpose = 'delivery-failure';
  const resolved = await api.resolveToken({ tenantId: person.tenantId, token, purpose });
  must(resolved.value === name && token !== name, 'The token does not stand for the name.');
  log(`  For ${purpose} the CRM turns ${token.slice(0, 14)}… back into the name; that is recorded.`);
  return token;
}

/** An order against a country: what it would touch, in force within a minute, and ended by two people only. */
async function restrict(demo: TransferDemo): Promise<void> {
  const { api, desk, log } = demo;
  const order = {
    scope: { kind: 'country', country: ABROAD } as const,
    from: '2026-12-01',
    authority: 'G.S.R. 901(E)',
    approver: 'counsel-3',
  };
  log(`digicrm restrict --country ${ABROAD} --from ${order.from} --authority "${order.authority}"`);
  const { impact } = await desk.restrict({ ...order, dryRun: true });
  const touched = impact.processors.map(({ processorId }) => processorId).join(', ');
  const { decisions } = impact.pastTransfers;
  log(`  It would stop ${touched}: ${decisions} past transfer(s) of ${impact.tenants.ids.join(', ')}.`);
  must(decisions > 0, 'The preview does not know of the e-mail that was just sent.');
  const { restriction } = await desk.restrict({ ...order, dryRun: false });
  if (restriction === null) throw new Error('The order was not applied.');
  const applied = Date.now();
  // About nobody: these questions are none of her disclosures.
  const { subjectId: _, ...asked } = message(demo, 'sandbox-email', 'service-messages');
  const ask = () => api.decideTransfer({ ...asked, fields: ['email'] });
  let answer = await ask();
  while (answer.outcome !== 'deny') {
    must(Date.now() - applied < WITHIN_MS, `After a minute ${ABROAD} is still open.`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    answer = await ask();
  }
  const seconds = Math.max(1, Math.round((Date.now() - applied) / 1000));
  log(`  Applied. ${seconds} s later an e-mail is denied by ${answer.decidedBy.map(({ id }) => id).join(', ')}.`);
  const half = await desk.liftRestriction(restriction.restrictionId, 'counsel-3');
  must(half.state === 'standing', 'One person alone lifted the restriction.');
  const lifted = await desk.liftRestriction(restriction.restrictionId, 'counsel-4');
  must(lifted.state === 'lifted', 'Two people could not lift the restriction.');
  log('  counsel-3 agrees that it ends: it stands. counsel-4 agrees, too: it is lifted.');
}

/** What the person is told when she asks who has her data (section 11 of the Act). */
async function tellDisclosures({ log, api, person }: TransferDemo): Promise<void> {
  const { processors } = await api.disclosures(person);
  log('She asks who received what about her:');
  for (const { processorId, name, countries, fields, times } of processors ?? [])
    log(`  ${processorId} (${name}, ${countries.join(', ')}): ${fields.join(', ')}; ${times.delivered} delivered`);
  must((processors ?? []).length === 2, 'The answer does not have both processors.');
}

/** The story of what may leave. Resolves with the token that a processor abroad has instead of the person's name. */
export async function tellTransfers(demo: TransferDemo): Promise<string> {
  await sendSms(demo);
  await beRefused(demo, 'campaigns');
  const token = await sendEmail(demo);
  await restrict(demo);
  await tellDisclosures(demo);
  // From now on nobody is there: a silence that must neither stop an erasure nor hide.
  demo.processors.of('sandbox-email').behaveOnErasure('never-answers');
  return token;
}

/** After her erasure: who has answered, and that the token stands for nobody. */
export async function tellProcessorsErased(
  { api, log, person, processors }: TransferDemo,
  certificate: AnyCertificate,
  token: string,
): Promise<void> {
  if (certificate.version !== 3) throw new Error('The certificate does not say what processors answered.');
  const { requestId, processors: certified } = certificate;
  const states = new Map(certified.map(({ processorId, state }) => [processorId, state]));
  must(states.has('sandbox-sms') && states.has('sandbox-email'), 'The certificate leaves out a processor.');
  must(states.get('sandbox-email') !== 'acknowledged', 'The certificate claims an answer that nobody gave.');
  const end = Date.now() + ANSWER_MS;
  let notices = await api.erasureProcessors(requestId);
  while (!notices.items.some(({ state }) => state === 'acknowledged') && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    notices = await api.erasureProcessors(requestId);
  }
  for (const { processorId, state, deadline } of notices.items)
    log(
      state === 'acknowledged'
        ? `${processorId} says that it has erased.`
        : `${processorId} has not answered; it is asked again, and people are told before ${deadline.slice(0, 10)}.`,
    );
  const bodies = processors.of('sandbox-sms').received.map(({ body }) => body.toString());
  must(!bodies.at(-1)?.includes(person.subjectId), 'A processor was told the id that the CRM has for her.');
  const gone = await api
    .resolveToken({ tenantId: person.tenantId, token, purpose: 'delivery-failure' })
    .catch((error: unknown) => error);
  must(gone instanceof ApiRefusal && gone.status === 404, 'The token still stands for somebody.');
  log('The token that stood for her name stands for nobody any more (404).');
}
