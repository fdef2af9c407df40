import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, TransactGetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Clock } from '../../shared/clock';
import { PK } from '../../shared/names';
import { stateSchema } from '../../termination/model';
import type { LiveFacts } from '../model';
import type { LiveReader } from '../ports';
import { BoundedMap } from './bounded';
import { parseStanding, STANDING_KEY, type Standing } from './restriction-items';

type Db = DynamoDBDocumentClient;

/** Tenants that one container remembers: some megabytes. */
const TENANTS = 10_000;
/** Longest age that anybody may ask for, in seconds: a restriction has to hold everywhere within a minute. */
const MOST_SECONDS = 30;
/** Tries of one reading, which somebody who writes a restriction or termination at the same moment can disturb. */
const TRIES = 3;

/** Tables with what is known of this moment. */
export interface LiveTables {
  readonly transferTable: string;
  readonly controlTable: string;
}

/** A tenant's termination, as far as it matters here. */
const terminationRow = z.object({ record: z.object({ tenantId: z.string(), state: stateSchema }) });

interface Entry {
  readonly tenantActive: boolean;
  /** When the reading began, in milliseconds: what it found may be as old as that. */
  readonly readAt: number;
}

/**
 * Restrictions and the tenant's termination, both in one request, and kept for `cacheSeconds`. The age counts from
 * before the request. An error is not kept, and what is older than that is never used, so that a table which cannot
 * be read stops transfers within that time. Restrictions are kept once for all tenants: those of the newest reading.
 *
 * @throws RangeError for more than 30 seconds
 */
export function liveReader(db: Db, tables: LiveTables, clock: Clock, cacheSeconds: number): LiveReader {
  if (!(cacheSeconds > 0 && cacheSeconds <= MOST_SECONDS))
    throw new RangeError(`expected a cache of more than 0 and at most ${MOST_SECONDS} seconds`);
  const mostAge = cacheSeconds * 1000;
  // Read anew a little early, so that a decision still has facts that are not too old when it comes to weigh them.
  const margin = mostAge / 30;
  const entries = new BoundedMap<Entry>(TENANTS);
  const underWay = new Map<string, Promise<Entry>>();
  let standing: { readonly readAt: number; readonly is: Standing } | undefined;

  const isFresh = ({ readAt }: Entry, maxAge: number): boolean => {
    const age = clock.now().getTime() - readAt;
    // A clock that was set back says nothing about the age.
    return age >= 0 && age <= maxAge;
  };

  const read = async (tenantId: string): Promise<Entry> => {
    const readAt = clock.now().getTime();
    const [restrictions, termination] = await readBoth(db, tables, tenantId);
    const is = parseStanding(restrictions);
    // Readings can end in another order than they began.
    if (standing === undefined || readAt >= standing.readAt)
      standing = { readAt, is: is.revision === standing?.is.revision ? standing.is : is };
    const entry = { tenantActive: isActive(termination, tenantId), readAt };
    entries.set(tenantId, entry);
    return entry;
  };

  /** One reading of a tenant at a time: whoever comes meanwhile waits for it. */
  const refresh = (tenantId: string): Promise<Entry> => {
    const already = underWay.get(tenantId);
    if (already !== undefined) return already;
    const reading = read(tenantId).finally(() => underWay.delete(tenantId));
    underWay.set(tenantId, reading);
    return reading;
  };

  return {
    async facts(tenantId): Promise<LiveFacts> {
      const kept = entries.get(tenantId);
      const entry = kept !== undefined && isFresh(kept, mostAge - margin) ? kept : await refresh(tenantId);
      if (standing === undefined || !isFresh(entry, mostAge))
        throw new Error('what is known of this moment is too old');
      return {
        restrictions: standing.is.records,
        tenantActive: entry.tenantActive,
        readAt: new Date(entry.readAt),
      };
    },
  };
}

/** Both items as of one moment. `GetItem` on both tables is all the permission that it takes. */
async function readBoth(db: Db, { transferTable, controlTable }: LiveTables, tenantId: string) {
  const command = new TransactGetCommand({
    TransactItems: [
      { Get: { TableName: transferTable, Key: STANDING_KEY } },
      { Get: { TableName: controlTable, Key: { pk: PK.termination + tenantId, sk: 'META' } } },
    ],
  });
  for (let n = 1; ; n++) {
    try {
      const { Responses } = await db.send(command);
      if (Responses?.length !== 2) throw new Error('an answer without both items');
      return Responses.map(({ Item }) => Item);
    } catch (error) {
      if (!(error instanceof TransactionCanceledException) || n >= TRIES) throw error;
    }
  }
}

/** Use has ceased with the end of the contract, and begins again only when everything is restored. */
function isActive(item: Record<string, unknown> | undefined, tenantId: string): boolean {
  if (item === undefined) return true;
  const { record } = terminationRow.parse(item);
  if (record.tenantId !== tenantId) throw new Error('a termination that is not under its own key');
  return record.state === 'RESTORED';
}
