import type { LogArchive } from './ports';

/** A digest by its name alone. */
export interface DigestKey {
  readonly key: string;
  /** End of the hour that it covers. */
  readonly end: Date;
  /** Written later, about logs that came too late for the digest of their hour; in a chain apart from the others. */
  readonly backfill: boolean;
}

const DAY_MS = 86_400_000;
const NAME = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(_backfill)?\.json\.gz$/;

/** Digests of a trail in a Region that end after `from` and not after `to`, in the order of their ends. */
export async function digestKeysBetween(
  archive: LogArchive,
  region: string,
  trailName: string,
  from: Date,
  to: Date,
): Promise<DigestKey[]> {
  const found: DigestKey[] = [];
  for (const day of daysBetween(from, to))
    for await (const key of archive.digestKeys(region, day)) {
      const digest = digestKeyOf(key, region, trailName);
      if (digest && digest.end > from && digest.end <= to) found.push(digest);
    }
  return found.sort((a, b) => a.end.getTime() - b.end.getTime());
}

/** What the name of a digest says; undefined when it is another trail's. */
export function digestKeyOf(key: string, region: string, trailName: string): DigestKey | undefined {
  const [, year, month, day, hour, minute, second, backfill] = NAME.exec(key) ?? [];
  if (year === undefined || !key.includes(`_CloudTrail-Digest_${region}_${trailName}_`)) return undefined;
  const end = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return { key, end, backfill: backfill !== undefined };
}

/** Midnights of all days, in UTC as in the names of folders. */
function daysBetween(from: Date, to: Date): Date[] {
  const first = Math.floor(from.getTime() / DAY_MS);
  const last = Math.floor(to.getTime() / DAY_MS);
  return Array.from({ length: last - first + 1 }, (_, i) => new Date((first + i) * DAY_MS));
}
