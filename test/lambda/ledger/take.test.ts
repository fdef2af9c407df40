import { streamRecord, tableWrite } from '../../../lambda/ledger/table-write';
import { type PutAside, takeWrites } from '../../../lambda/ledger/take';
import { TRANSFER_PK } from '../../../lambda/shared/names';
import { decisionOf } from '../transfer/records-support';

const AT = new Date('2026-12-01T00:00:00Z');
const CANARY = 'canary-person-93ab';
const names = { nameOf: async () => 'd'.repeat(64) };

const written = (n: number, after: Record<string, unknown>) => ({
  before: undefined,
  after,
  expired: false,
  at: AT,
  sequence: String(n),
});
const decision = (n: number) =>
  written(n, { pk: `${TRANSFER_PK.decision}td-${n}`, sk: 'decision', record: decisionOf({ decisionId: `td-${n}` }) });

function quarantine() {
  const rows = new Map<string, PutAside>();
  return {
    rows,
    async put(aside: PutAside) {
      const first = !rows.has(aside.name);
      rows.set(aside.name, aside);
      return first;
    },
  };
}

describe('a batch of writes', () => {
  it('goes on behind those that nobody understands, which are put aside once and without their content', async () => {
    const aside = quarantine();
    let counted = 0;
    const batch = [
      decision(1),
      written(2, { pk: `NEW#${CANARY}`, sk: CANARY }),
      written(3, { pk: CANARY, sk: 'x' }),
      written(4, { pk: `${TRANSFER_PK.decision}${CANARY}`, sk: 'decision', record: { name: CANARY } }),
      decision(5),
    ];
    for (let delivery = 0; delivery < 2; delivery++) {
      const waiting = await takeWrites(batch, names, aside, () => void counted++);
      expect(waiting.map(({ event: { about } }) => about)).toEqual(['td-1', 'td-5']);
    }
    expect(counted).toBe(3);
    const rows = [...aside.rows.values()];
    expect(rows.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['NEW', 'unknown-kind'],
      [null, 'unknown-kind'],
      ['DEC', 'not-understood'],
    ]);
    expect(JSON.stringify(rows)).not.toContain('canary');
  });

  it('is delivered again when something else failed, and nothing of it is put aside', async () => {
    const aside = quarantine();
    const failing = {
      nameOf: async () => {
        throw new Error('KMS is away');
      },
    };
    await expect(takeWrites([decision(1)], failing, aside, () => undefined)).rejects.toThrow('KMS is away');
    expect(aside.rows.size).toBe(0);
  });
});

describe('a record of a stream', () => {
  it('gives items as the document client does', () => {
    const record = streamRecord.parse({
      eventName: 'MODIFY',
      dynamodb: {
        ApproximateCreationDateTime: 1_796_083_200,
        SequenceNumber: '123',
        NewImage: {
          pk: { S: 'REQ#1' },
          n: { N: '7' },
          yes: { BOOL: true },
          none: { NULL: true },
          bytes: { B: 'AQI=' },
          list: { L: [{ S: 'a' }, { M: { inner: { N: '1' } } }] },
        },
      },
    });
    expect(tableWrite(record)).toEqual({
      before: undefined,
      after: {
        ...{ pk: 'REQ#1', n: 7, yes: true, none: null, bytes: Buffer.of(1, 2) },
        list: ['a', { inner: 1 }],
      },
      expired: false,
      at: new Date(1_796_083_200_000),
      sequence: '123',
    });
  });

  it('tells what DynamoDB removed by itself from what somebody removed', () => {
    const dynamodb = { ApproximateCreationDateTime: 1, SequenceNumber: '1', OldImage: {} };
    const byItself = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
    expect(tableWrite(streamRecord.parse({ dynamodb, userIdentity: byItself })).expired).toBe(true);
    expect(tableWrite(streamRecord.parse({ dynamodb })).expired).toBe(false);
  });
});
