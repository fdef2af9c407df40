import { authorise, type Caller } from '../access/caller';
import { conflict, forbidden, notFound, notReady } from '../shared/problem';
import type { ProofDeps } from './proof-ports';
import { checkpointOf, entryAt, latestCheckpoint, proveConsistency, proveInclusion, type Signed } from './proofs';
import type { CheckpointView, ConsistencyView, EntryView, InclusionView } from './view';

/** Which entry: by its place, or the latest event about something. */
export type Wanted = { readonly index: number } | { readonly about: string };

/** The latest checkpoint. @throws ProblemError 403, 409 before the first */
export async function getCheckpoint(caller: Caller, deps: ProofDeps): Promise<CheckpointView> {
  authoriseWhole(caller);
  const { note, origin, size } = await latest(deps);
  return { checkpoint: note, origin, size };
}

/** One entry. @throws ProblemError 403, 404, 409 */
export async function getEntry(caller: Caller, index: number, deps: ProofDeps): Promise<EntryView> {
  authoriseWhole(caller);
  const { size } = await latest(deps);
  if (index >= size) throw noSuchEntry(size);
  return { index, entry: textOf(await entryAt(index, size, deps.log)) };
}

/** Proof that an entry is in the tree of a checkpoint. @throws ProblemError 403, 404, 409 */
export async function getInclusion(
  caller: Caller,
  wanted: Wanted,
  size: number | undefined,
  deps: ProofDeps,
): Promise<InclusionView> {
  authoriseWhole(caller);
  const checkpoint = await checkpointFor(size, deps);
  const index = 'index' in wanted ? wanted.index : await placeOf(wanted.about, deps);
  if (index >= checkpoint.size) throw 'index' in wanted ? noSuchEntry(checkpoint.size) : notSignedYet();
  const { entry, hashes } = await proveInclusion(index, checkpoint, deps);
  return {
    index,
    size: checkpoint.size,
    hashes: hashes.map(base64),
    checkpoint: checkpoint.note,
    entry: textOf(entry),
  };
}

/** Proof that the tree only grew. @throws ProblemError 403, 404, 409 */
export async function getConsistency(
  caller: Caller,
  from: number,
  to: number | undefined,
  deps: ProofDeps,
): Promise<ConsistencyView> {
  authoriseWhole(caller);
  const newer = await checkpointFor(to, deps);
  if (from > newer.size)
    throw conflict(
      `The tree of ${newer.size} entries cannot begin with one of ${from}. Give the smaller size as from.`,
    );
  const older = from === 0 ? undefined : await checkpointFor(from, deps);
  const hashes = await proveConsistency(older, newer, deps);
  return { from, to: newer.size, hashes: hashes.map(base64), checkpoint: newer.note };
}

/** The ledger is one tree of all tenants, and can be checked as a whole only. */
function authoriseWhole(caller: Caller): void {
  authorise(caller, 'ledger:read');
  if (caller.tenants !== 'all')
    throw forbidden('The ledger is one for all tenants. Ask with a client that may act for all of them.');
}

async function latest(deps: ProofDeps): Promise<Signed> {
  const checkpoint = await latestCheckpoint(deps);
  if (checkpoint === undefined) throw notReady('The ledger has signed no checkpoint yet. Ask again in a minute.');
  return checkpoint;
}

async function checkpointFor(size: number | undefined, deps: ProofDeps): Promise<Signed> {
  if (size === undefined) return latest(deps);
  const found = await checkpointOf(size, deps);
  if (found !== undefined) return found;
  const { size: known } = await latest(deps);
  if (size > known)
    throw notReady(`The latest checkpoint is of ${known} entries. Use a size up to that, or leave it out.`, {
      size: known,
    });
  throw notFound('No checkpoint of this size was signed. Use the size of a checkpoint that you hold.');
}

async function placeOf(about: string, { places }: ProofDeps): Promise<number> {
  const index = await places.latestOf(about);
  if (index === undefined)
    throw notFound('The ledger has no event about this. Check the id; what just happened gets its place in a minute.');
  return index;
}

const noSuchEntry = (size: number) => notFound(`The tree has ${size} entries, counted from 0. Use a smaller index.`);

const notSignedYet = () =>
  notReady('The event has a place, and the checkpoint over it is not there yet. Ask again in a minute.');

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const textOf = (entry: Uint8Array) => Buffer.from(entry).toString('utf8');
