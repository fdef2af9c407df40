import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { statisticsLedger } from '../../../lambda/anonymise/adapters/statistics-ledger';
import { TableRows } from '../../../lambda/anonymise/adapters/table-rows';
import { fieldsReadBy } from '../../../lambda/anonymise/anonymise';
import type { Store } from '../../../lambda/shared/inventory';
import { RECORDS } from '../../support/sealing';
import { rule } from './support';

const failure = (name: string, status: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });

describe('rows of people', () => {
  const db = mockClient(DynamoDBClient);
  const store: Store = { ...RECORDS, id: 'accounts', name: 'accounts-table', shards: 2 };
  const rows = new TableRows(store, rule, new DynamoDBClient({}));
  beforeEach(() => db.reset());

  async function read() {
    const all = [];
    for await (const page of rows.read('acme')) all.push(...page);
    return all;
  }

  it('are read shard by shard and page by page, without what the tenant shares', async () => {
    const LastEvaluatedKey = { pk: { S: 'acme#00' }, sk: { S: 'u-1#user' } };
    db.on(QueryCommand)
      .resolves({ Items: [{ pk: { S: 'acme#01' }, sk: { S: 'u-3#user' }, seats: { N: '7' } }] })
      .on(QueryCommand, { ExpressionAttributeValues: { ':pk': { S: 'acme#00' } } })
      .resolvesOnce({
        Items: [{ pk: { S: 'acme#00' }, sk: { S: 'u-1#user' }, plan: { S: 'growth' } }],
        LastEvaluatedKey,
      })
      .resolves({ Items: [{ pk: { S: 'acme#00' }, sk: { S: 'u-2#user' } }] });
    expect((await read()).map(({ subjectId }) => subjectId)).toEqual(['u-1', 'u-2', 'u-3']);
    const asked = db.commandCalls(QueryCommand).map(({ args }) => args[0].input);
    expect(asked.map((input) => input.ExpressionAttributeValues?.[':pk']?.S)).toEqual([
      'acme#00',
      'acme#00',
      'acme#01',
    ]);
    expect(asked.every((input) => input.ConsistentRead)).toBe(true);
  });

  it('are asked for the fields of the rule and no others', async () => {
    db.on(QueryCommand).resolves({});
    await read();
    const names = Object.values(db.commandCalls(QueryCommand)[0]?.args[0].input.ExpressionAttributeNames ?? {});
    expect(names).toEqual(['pk', 'sk', ...fieldsReadBy(rule)]);
    expect(fieldsReadBy(rule)).toEqual(['plan', 'signedUpAt', 'state', 'seats', 'name', 'email', 'mobile']);
  });

  it('say when the table is busy', async () => {
    db.on(QueryCommand).rejects(failure('ProvisionedThroughputExceededException', 400));
    await expect(read()).rejects.toMatchObject({ code: 'store-busy' });
  });
});

describe('the ledger of what was published', () => {
  const mock = mockClient(DynamoDBDocumentClient);
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const ledger = statisticsLedger(db, { control: 'control', statistics: 'numbers' });
  const outcome = { ruleId: 'account-usage', rows: 12, fellBack: { 'too-few-alike': 2 } } as const;
  const statistic = { ruleId: 'account-usage', year: '2026', id: 'r', k: 10, groups: [{ values: {}, rows: 12 }] };
  beforeEach(() => mock.reset());

  it('writes the note and the numbers in one transaction, the note only once', async () => {
    mock.on(TransactWriteCommand).resolves({});
    expect(await ledger.publish('er-1', 'accounts', outcome, statistic)).toBe(true);
    expect(mock.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems).toMatchObject([
      {
        Put: {
          TableName: 'control',
          Item: { pk: 'ANON#er-1', sk: 'accounts', outcome },
          ConditionExpression: 'attribute_not_exists(#pk)',
        },
      },
      { Put: { TableName: 'numbers', Item: { pk: 'account-usage', sk: '2026#r', k: 10 } } },
    ]);
  });

  it('writes the note alone where there are no numbers', async () => {
    mock.on(TransactWriteCommand).resolves({});
    await ledger.publish('er-1', 'accounts', outcome, undefined);
    expect(mock.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems).toHaveLength(1);
  });

  it('tells a transaction that came to nothing from a fault', async () => {
    mock.on(TransactWriteCommand).rejects(failure('TransactionCanceledException', 400));
    expect(await ledger.publish('er-1', 'accounts', outcome, statistic)).toBe(false);
    mock.on(TransactWriteCommand).rejects(failure('InternalServerError', 500));
    await expect(ledger.publish('er-1', 'accounts', outcome, statistic)).rejects.toMatchObject({ code: 'store-fault' });
  });

  it('reads back what it wrote, and nothing else', async () => {
    mock.on(GetCommand).resolves({ Item: { pk: 'ANON#er-1', sk: 'accounts', outcome } });
    expect(await ledger.outcomeOf('er-1', 'accounts')).toEqual(outcome);
    mock.on(GetCommand).resolves({});
    expect(await ledger.outcomeOf('er-1', 'accounts')).toBeUndefined();
    mock.on(GetCommand).resolves({ Item: { outcome: { ...outcome, subjectId: 'u-1' } } });
    await expect(ledger.outcomeOf('er-1', 'accounts')).rejects.toThrow('subjectId');
  });
});
