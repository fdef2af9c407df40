import type { Sleep } from '../shared/clock';
import { ID_PATTERN } from '../shared/layout';
import { withBackoff } from './backoff';
import { lanesOf } from './lanes';
import type { PastErasure } from './past-erasures';
import type { ErasableStore, Ref, SubjectHasher } from './ports';

/** Hasher under one KMS key: hashes stay comparable only under the key that made them. */
export type HasherOf = (keyId: string) => SubjectHasher;

/** A person who was erased and is in the store again. */
export interface FoundSubject {
  readonly subjectId: string;
  readonly requestIds: readonly string[];
}

/** Ids whose hash was compared a moment ago; a listing brings a person's keys one after the other. */
const REMEMBERED = 10_000;
const HASHES_AT_ONCE = 16;

/**
 * Finds in a store the people that ended erasures were about. Only their keyed hash is left, so every
 * subject id of the tenant that a key names is hashed and compared.
 *
 * Reads keys, a page at a time, and hashes each distinct id once for each key that hashes were made with
 * (again only where a store's listing brings it back after 10,000 others). Remembers ids in memory alone.
 *
 * @param erasures of one tenant, one person each, with their hashes
 * @throws StoreBusyError, StoreFaultError
 */
export async function findErasedSubjects(
  store: ErasableStore,
  tenantId: string,
  erasures: readonly PastErasure[],
  { hasherOf, sleep }: { readonly hasherOf: HasherOf; readonly sleep: Sleep },
): Promise<FoundSubject[]> {
  const wanted = requestsByHash(erasures);
  const hashers = [...new Set(erasures.flatMap(({ subjectHash }) => subjectHash?.keyId ?? []))].map(hasherOf);
  const found = new Map<string, FoundSubject>();
  const seen = new Recent(REMEMBERED);
  for await (const ids of subjectIds(store, tenantId, sleep)) {
    const fresh = ids.filter((id) => seen.add(id));
    for (let i = 0; i < fresh.length; i += HASHES_AT_ONCE)
      await Promise.all(
        fresh.slice(i, i + HASHES_AT_ONCE).map(async (subjectId) => {
          const hashes = await Promise.all(hashers.map((hasher) => hasher.hash(tenantId, subjectId)));
          const requestIds = hashes.flatMap((hash) => wanted.get(nameOf(hash)) ?? []);
          if (requestIds.length > 0) found.set(subjectId, { subjectId, requestIds });
        }),
      );
  }
  return [...found.values()];
}

function requestsByHash(erasures: readonly PastErasure[]): Map<string, string[]> {
  const wanted = new Map<string, string[]>();
  for (const { requestId, subjectHash } of erasures)
    if (subjectHash !== undefined)
      wanted.set(nameOf(subjectHash), [...(wanted.get(nameOf(subjectHash)) ?? []), requestId]);
  return wanted;
}

function nameOf({ keyId, value }: { readonly keyId: string; readonly value: string }): string {
  return `${keyId}/${value}`;
}

/** Distinct subject ids of each page of the tenant's keys, also where a key lies under a wrong shard. */
async function* subjectIds(store: ErasableStore, tenantId: string, sleep: Sleep): AsyncGenerator<string[]> {
  for (const lane of lanesOf(store.store, { scope: 'tenant', tenantId }, 0)) {
    let cursor: string | undefined;
    do {
      const page = await withBackoff(() => store.list(lane, cursor), sleep);
      yield [...new Set(page.refs.flatMap((ref) => subjectOf(ref) ?? []))];
      cursor = page.next;
    } while (cursor !== undefined);
  }
}

/** The id that a key names in the place where the layout has it; undefined where it names none. */
function subjectOf(ref: Ref): string | undefined {
  const parts = ref.kind === 'items' ? ref.part.split('#', 2) : ref.key.split('/', 4).slice(2);
  const [id, rest] = parts;
  return id !== undefined && rest !== undefined && ID_PATTERN.test(id) ? id : undefined;
}

/** The last ids that were asked about; the one that was not named for longest is forgotten first. */
class Recent {
  private readonly ids = new Set<string>();

  constructor(private readonly most: number) {}

  /** Remembers the id; false where it was known. */
  add(id: string): boolean {
    const known = this.ids.delete(id);
    this.ids.add(id);
    const [oldest] = this.ids;
    if (this.ids.size > this.most && oldest !== undefined) this.ids.delete(oldest);
    return !known;
  }
}
