import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { CONTROL_TABLE } from '../../../lambda/shared/names';
import { controlDue } from '../../../lambda/termination/adapters/control-terminations';
import { sweep } from '../../../lambda/termination/sweeper';
import { TerminationHarness } from '../../support/termination-harness';

const NOW = new Date('2027-02-20T01:00:00.000Z');
/** DynamoDB answers with at most a megabyte; keys of this index are some 200 bytes. */
const ROWS_PER_PAGE = 5_000;

/** The due index with so many tenants, of which so many are due; counts what a sweep asks and reads. */
function indexOf(tenants: number, due: number) {
  const rows = Array.from({ length: tenants }, (_, n) => {
    const at = n < due ? '2027-02-20T00:00:00.000Z' : '2027-05-01T00:00:00.000Z';
    return { pk: `TERM#tenant-${n}`, sk: 'META', open: 'termination', dueAt: `${at}#tm-${n}` };
  });
  const counted = { queries: 0, rows: 0, other: 0 };
  const db = mockClient(DynamoDBDocumentClient);
  db.callsFake(() => {
    counted.other += 1;
  });
  db.on(QueryCommand).callsFake((input) => {
    counted.queries += 1;
    const from = Number(input.ExclusiveStartKey?.n ?? 0);
    const found = rows.filter((row) => row.dueAt <= input.ExpressionAttributeValues[':now']).slice(from);
    const page = found.slice(0, Math.min(ROWS_PER_PAGE, input.Limit));
    counted.rows += page.length;
    return { Items: page, ...(page.length < found.length && { LastEvaluatedKey: { n: from + page.length } }) };
  });
  return { counted, reader: controlDue(DynamoDBDocumentClient.from(new DynamoDBClient({})), 'control') };
}

async function swept(tenants: number, due: number) {
  const { counted, reader } = indexOf(tenants, due);
  const ticks: string[] = [];
  const woken = await sweep({
    terminations: reader,
    outbox: {
      tick: (tick) => {
        ticks.push(`${tick.tenantId}/${tick.terminationId}/${tick.missed}`);
        return Promise.resolve();
      },
    },
    clock: { now: () => NOW },
  });
  return { woken, ticks, ...counted };
}

describe('the sweeper reads only what is due', () => {
  it.each([100, 10_000])('asks once and reads nothing when nothing is due, with %i tenants', async (tenants) => {
    expect(await swept(tenants, 0)).toEqual({ woken: 0, ticks: [], queries: 1, rows: 0, other: 0 });
  });

  it.each([
    [100, 7, 1],
    [10_000, 7, 1],
    [10_000, 6_000, 2],
    [20_000, 20_000, 2],
  ])('of %i tenants, reads the %i that are due and no other, in %i queries', async (tenants, due, queries) => {
    const most = Math.min(due, 10_000);
    expect(await swept(tenants, due)).toMatchObject({ woken: most, rows: most, queries, other: 0 });
  });

  it('tells the keeper whose they are and that a schedule was missed', async () => {
    expect((await swept(3, 1)).ticks).toEqual(['tenant-0/tm-0/true']);
  });

  it('asks the sparse index, so that no table is read', async () => {
    const db = mockClient(DynamoDBDocumentClient);
    db.on(QueryCommand).resolves({ Items: [] });
    await controlDue(DynamoDBDocumentClient.from(new DynamoDBClient({})), 'control').due(NOW, 10);
    expect(db.commandCalls(QueryCommand)[0]?.args[0].input.IndexName).toBe(CONTROL_TABLE.dueIndex);
  });

  it('does so over a day in the machine itself, with 100 tenants as with one', async () => {
    const machine = new TerminationHarness();
    for (let n = 0; n < 100; n++) await machine.terminate(`tenant-${n}`);
    await machine.hours(2);
    machine.terminations.rowsRead = 0;
    await machine.days(1);
    expect(machine.terminations.rowsRead).toBe(0);
  });
});
