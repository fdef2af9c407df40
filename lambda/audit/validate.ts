import { type Clock, plusMs } from '../shared/clock';
import { digestKeysBetween } from './digest-keys';
import { type Integrity, Tally } from './integrity';
import type { LogArchive, PublicKeys } from './ports';
import { RegionChain } from './region-chain';

export interface ValidationDeps {
  readonly archive: LogArchive;
  readonly publicKeys: PublicKeys;
  readonly clock: Clock;
  /** The trail whose digests are looked at. */
  readonly trailName: string;
  /** Region of the trail, which has digests whatever happens. */
  readonly homeRegion: string;
}

const HOUR_MS = 3_600_000;
/** Two days and an hour: what a day's run left out because it failed, the next one reads. */
const WINDOW_MS = 49 * HOUR_MS;
/** A digest comes every hour, and may be late. */
const LATEST_MS = 3 * HOUR_MS;

/**
 * Validates what the trail wrote in the last two days, in every Region: that each digest is signed, follows the one
 * before it and leaves no hour out, and that each log is as its digest lists it. Nothing found is a problem too.
 *
 * @throws what archive or keys throw: a validation that did not happen is told by the metric that is missing
 */
export async function validateDigests(deps: ValidationDeps): Promise<Integrity> {
  const to = deps.clock.now();
  const from = plusMs(to, -WINDOW_MS);
  const tally = new Tally();
  const regions = [...new Set([deps.homeRegion, ...(await deps.archive.regions())])].sort();
  for (const region of regions) await validateRegion(deps, region, from, to, tally);
  return tally.result(from, to, regions.length);
}

async function validateRegion(
  { archive, publicKeys, trailName }: ValidationDeps,
  region: string,
  from: Date,
  to: Date,
  tally: Tally,
): Promise<void> {
  const keys = await digestKeysBetween(archive, region, trailName, from, to);
  const hourly = keys.filter(({ backfill }) => !backfill);
  const newest = hourly.at(-1);
  if (!newest) tally.found('no-digest', region);
  else if (newest.end < plusMs(to, -LATEST_MS)) tally.found('hours-missing', region, newest.key);

  const known = keys.length > 0 ? await publicKeys.of(region, from, to) : undefined;
  const chain = new RegionChain({ archive, region, trailName, publicKeys: known, tally });
  await chain.followHourly(hourly);
  await chain.followAdded(keys.filter(({ backfill }) => backfill));
}
