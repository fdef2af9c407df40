import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { controlTerminations } from '../../../lambda/termination/adapters/control-terminations';
import { eventBus } from '../../../lambda/termination/adapters/event-bus';
import { sqsTerminationOutbox, terminationNotifier } from '../../../lambda/termination/adapters/queues';
import { oneTimeSchedules } from '../../../lambda/termination/adapters/scheduler';
import { EventNotTakenError, ScheduleFaultError, StaleTerminationError } from '../../../lambda/termination/errors';
import { stateEvent } from '../../../lambda/termination/events';
import { tickSchema } from '../../../lambda/termination/model';
import { TerminationHarness } from '../../support/termination-harness';

const $metadata = {};
const AT = new Date('2027-02-17T22:00:00.123Z');
const SCHEDULE = { name: 'tm-1-erasure', at: AT, tenantId: 'acme', terminationId: 'tm-1' };
const TARGET = { groupName: 'group', queueArn: 'arn:queue', roleArn: 'arn:role' };

async function aRecord() {
  const machine = new TerminationHarness();
  await machine.terminate('acme');
  return machine.record('acme');
}

describe('one-time schedules', () => {
  it('fire once in UTC, remove themselves, and tell the scheduler’s own time to the keeper', async () => {
    const scheduler = mockClient(SchedulerClient);
    await oneTimeSchedules(new SchedulerClient({}), TARGET).put(SCHEDULE);
    const input = scheduler.commandCalls(CreateScheduleCommand)[0]?.args[0].input;
    expect(input).toMatchObject({
      Name: 'tm-1-erasure',
      GroupName: 'group',
      ScheduleExpression: 'at(2027-02-17T22:00:00)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: 'arn:queue', RoleArn: 'arn:role' },
    });
    // The scheduler puts an instant with seconds in place of its keyword.
    const sent = input?.Target?.Input?.replace('<aws.scheduler.scheduled-time>', '2027-02-17T22:00:00Z') ?? '';
    expect(tickSchema.parse(JSON.parse(sent))).toMatchObject({ tenantId: 'acme', terminationId: 'tm-1' });
  });

  it('take a repetition for done, and other errors for a fault that loses nothing', async () => {
    const scheduler = mockClient(SchedulerClient);
    const schedules = oneTimeSchedules(new SchedulerClient({}), TARGET);
    scheduler.on(CreateScheduleCommand).rejects(new ConflictException({ $metadata, message: '', Message: '' }));
    scheduler.on(DeleteScheduleCommand).rejects(new ResourceNotFoundException({ $metadata, message: '', Message: '' }));
    await schedules.put(SCHEDULE);
    await schedules.cancel('tm-1-erasure', 'tm-1');
    scheduler.on(CreateScheduleCommand).rejects(new Error('throttled'));
    scheduler.on(DeleteScheduleCommand).rejects(new Error('throttled'));
    await expect(schedules.put(SCHEDULE)).rejects.toThrow(ScheduleFaultError);
    await expect(schedules.cancel('tm-1-erasure', 'tm-1')).rejects.toThrow(ScheduleFaultError);
  });
});

describe('events', () => {
  it('count as sent only when the bus took them', async () => {
    const events = mockClient(EventBridgeClient);
    const bus = eventBus(new EventBridgeClient({}), 'bus');
    const event = stateEvent(await aRecord());
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
    await bus.state(event);
    expect(events.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries?.[0]).toMatchObject({
      EventBusName: 'bus',
      Source: 'digicrm.compliance',
      DetailType: 'Termination state',
    });
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 1 });
    await expect(bus.state(event)).rejects.toThrow(EventNotTakenError);
  });
});

describe('the notifier', () => {
  it('wakes the keeper for requests that a termination made, and for no others', async () => {
    const sqs = mockClient(SQSClient);
    const outbox = sqsTerminationOutbox(new SQSClient({}), { tick: 'https://queue' });
    const notifier = terminationNotifier(outbox, { now: () => AT });
    const machine = new TerminationHarness();
    machine.engine = 'sleep';
    await machine.terminate('acme');
    await machine.days(90);
    const request = machine.request('acme');
    if (request === undefined) throw new Error('no request');
    await notifier.changed({ ...request, termination: undefined });
    expect(sqs.commandCalls(SendMessageCommand)).toHaveLength(0);
    await notifier.changed(request);
    const [call] = sqs.commandCalls(SendMessageCommand);
    expect(tickSchema.parse(JSON.parse(call?.args[0].input.MessageBody ?? ''))).toMatchObject({
      tenantId: 'acme',
      observedAt: AT.toISOString(),
    });
  });
});

describe('the control table', () => {
  const ledger = () => controlTerminations(DynamoDBDocumentClient.from(new DynamoDBClient({})), 'control');
  const idempotency = { key: 'k', bodyHash: 'h', expiresAt: AT };

  it('begins a termination with its key in one transaction, and only where none stands', async () => {
    const db = mockClient(DynamoDBDocumentClient);
    const record = await aRecord();
    expect(await ledger().begin(record, idempotency, undefined)).toBe('begun');
    const items = db.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems ?? [];
    expect(items.map((item) => [item.Put?.Item?.pk, item.Put?.Item?.sk, item.Put?.ConditionExpression])).toEqual([
      ['IDEM#k', 'IDEM', 'attribute_not_exists(pk)'],
      ['TERM#acme', 'META', 'attribute_not_exists(pk)'],
    ]);
    expect(items[1]?.Put?.Item).toMatchObject({
      open: 'termination',
      dueAt: `${record.dueAt}#${record.terminationId}`,
    });
  });

  it('keeps the restored one as a past one, and only if it is still that', async () => {
    const db = mockClient(DynamoDBDocumentClient);
    const previous = await aRecord();
    await ledger().begin(await aRecord(), idempotency, previous);
    const items = db.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems ?? [];
    expect(items[1]?.Put?.ExpressionAttributeValues).toEqual({ ':version': 1, ':id': previous.terminationId });
    expect(items[2]?.Put?.Item).toMatchObject({
      pk: 'TERM#acme',
      sk: `PAST#${previous.terminationId}`,
      record: previous,
    });
    expect(items[2]?.Put?.Item).not.toHaveProperty('open');
    db.on(TransactWriteCommand).rejects(new TransactionCanceledException({ $metadata, message: '' }));
    expect(await ledger().begin(await aRecord(), idempotency, previous)).toBe('lost');
  });

  it('leaves the index of what is due when nothing is left to do, and refuses a stale version', async () => {
    const db = mockClient(DynamoDBDocumentClient);
    const record = await aRecord();
    await ledger().update({ ...record, dueAt: null, version: 2 }, 1);
    expect(db.commandCalls(PutCommand)[0]?.args[0].input.Item).not.toHaveProperty('open');
    db.on(PutCommand).rejects(new ConditionalCheckFailedException({ $metadata, message: '' }));
    await expect(ledger().update({ ...record, version: 2 }, 1)).rejects.toThrow(StaleTerminationError);
  });

  it('reads consistently, and refuses an item that it does not understand', async () => {
    const db = mockClient(DynamoDBDocumentClient);
    db.on(GetCommand).resolves({ Item: { record: { state: 'GONE' } } });
    await expect(ledger().get('acme')).rejects.toThrow();
    expect(db.commandCalls(GetCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
  });
});
