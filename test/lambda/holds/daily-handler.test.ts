import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';

const db = mockClient(DynamoDBDocumentClient);
mockClient(SQSClient);

it('the daily look emits the metric that the alarm watches, also when it is zero', async () => {
  Object.assign(process.env, { CONTROL_TABLE: 'control', LOCKS_QUEUE_URL: 'http://queue', STAGE: 'prod' });
  db.on(QueryCommand).resolves({ Items: [] });
  const lines: string[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
  jest.spyOn(console, 'info').mockImplementation(() => undefined);
  const { handler } = await import('../../../lambda/holds/daily.handler.js');
  await handler();
  const emitted = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => '_aws' in line);
  expect(emitted).toMatchObject({
    service: 'legal-holds',
    HoldsOverdueForReview: 0,
    _aws: { CloudWatchMetrics: [{ Namespace: 'DigiCRM', Dimensions: [['service']] }] },
  });
});
