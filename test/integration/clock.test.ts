import { randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { advanceClock, clockNow, resetClock } from '../../bin/local/clock';
import { apiFor, erasureOf } from './support/api';
import { awsClients } from './support/clients';
import { testCloud } from './support/cloud';

const cloud = testCloud();
const api = apiFor(cloud);
const TEN_DAYS_MS = 10 * 86_400_000;
const MINUTE_MS = 60_000;

afterEach(() => resetClock(cloud));

it('a request that comes ten days later is ten days younger, with a token of today', async () => {
  await advanceClock(cloud, TEN_DAYS_MS);
  const body = erasureOf({ tenantId: 'later-traders', dryRun: true });
  const at = (await clockNow(cloud)).toISOString();

  const { requestId } = await api.create({ ...body, instruction: { ...body.instruction, at } }, randomUUID());

  const aheadMs = Date.parse((await api.get(requestId)).createdAt) - Date.now();
  expect(Math.abs(aheadMs - TEN_DAYS_MS)).toBeLessThan(MINUTE_MS);
});

it('what a schedule runs can be run at once', async () => {
  const { lambda } = awsClients(cloud);
  for (const FunctionName of Object.values(cloud.scheduledFunctions)) {
    const { StatusCode, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName }));
    expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200 });
  }
  expect(Object.keys(cloud.scheduledFunctions)).toContain('sweeper');
});
