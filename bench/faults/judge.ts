import { verifyCertificate } from '../../lambda/certificate/verify';
import { type Counts, RESIDUE_KINDS } from '../../lambda/erasure/model';
import { type Ending, PUBLIC_KEY_PEM } from './scenario';

/**
 * What a certificate says that is not so; empty when it is true. The bench knows the truth, since the
 * stores are its own.
 *
 * A certificate speaks of the time at which its verification began reading: what was written later is
 * not its matter.
 */
export async function falsehoodsOf(ending: Ending): Promise<string[]> {
  const strangers = ending.stores.filter((store) => store.strangersErased > 0);
  const found = strangers.map(({ store }) => `${store.id}: data of others was erased`);
  if (ending.certificate === undefined) return found;
  const verdict = verifyCertificate(Buffer.from(ending.certificate), PUBLIC_KEY_PEM);
  if (!verdict.ok) return [...found, verdict.reason];
  const { certificate } = verdict;

  const readings = await ending.ledger.verifications();
  for (const store of ending.stores) {
    const said = certificate.stores.find((candidate) => candidate.storeId === store.store.id);
    const reading = readings.find((r) => r.storeId === store.store.id && r.round === certificate.rounds);
    if (said === undefined || reading === undefined) {
      found.push(`${store.store.id}: certified without having been read`);
      continue;
    }
    const readFrom = Date.parse(reading.startedAt);
    const old = store.remaining().filter((thing) => thing.bornAt < readFrom);
    const left = old.filter((thing) => !thing.locked).length;
    if (left > 0) found.push(`${store.store.id}: ${left} things are left`);
    const held = old.length - left;
    if (held > 0 && certificate.outcome !== 'held') found.push(`${store.store.id}: ${held} are held, yet "completed"`);
    if (held > total(said.held)) found.push(`${store.store.id}: ${held} are held, not ${total(said.held)}`);
  }
  return found;
}

/** Stores whose certified number of erased things is not the number that was erased. */
export function miscountsOf(ending: Ending): string[] {
  if (ending.certificate === undefined) return [];
  const verdict = verifyCertificate(Buffer.from(ending.certificate), PUBLIC_KEY_PEM);
  if (!verdict.ok) return [];
  return ending.stores.flatMap((store) => {
    const said = verdict.certificate.stores.find((candidate) => candidate.storeId === store.store.id)?.erased;
    return said !== undefined && RESIDUE_KINDS.every((kind) => said[kind] === store.erased[kind])
      ? []
      : [`${store.store.id}: certified ${JSON.stringify(said)}, erased ${JSON.stringify(store.erased)}`];
  });
}

function total(counts: Counts): number {
  return RESIDUE_KINDS.reduce((sum, kind) => sum + counts[kind], 0);
}
