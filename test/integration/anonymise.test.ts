import { randomUUID } from 'node:crypto';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { isOver, poll } from '../../bin/cli/watch';
import { seedData } from '../../bin/local/seed';
import { apiFor, erasureOf } from './support/api';
import { scanTable } from './support/by-hand';
import { awsClients } from './support/clients';
import { storeNamed, testCloud } from './support/cloud';

const cloud = testCloud();
const api = apiFor(cloud);
const TENANT = 'counted-traders';

describe('erasing a tenant whose contract ended', () => {
  it('leaves a number about users who were alike, and nothing by which one of them or the tenant is known', async () => {
    const { tenants } = await seedData(cloud, { tenants: [TENANT], records: 1_000, files: 4 });
    const users = tenants[0]?.users ?? [];
    const body = { ...erasureOf({ tenantId: TENANT }), reason: 'contract-ended' };
    const { requestId } = await api.create(body, randomUUID());
    const planned = await poll(api, requestId, { until: ({ status }) => status !== 'accepted', timeoutMs: 60_000 });
    await api.confirm(requestId, { planHash: planned.planHash ?? '', by: body.instruction.by });
    await poll(api, requestId, { until: isOver, timeoutMs: 100_000, intervalMs: 250 });

    const accounts = await scanTable(cloud, storeNamed(cloud, 'accounts').name);
    expect(accounts.filter(({ pk }) => pk?.S?.startsWith(`${TENANT}#`))).toEqual([]);
    const { TableNames = [] } = await awsClients(cloud).dynamodb.send(new ListTablesCommand({}));
    const numbers = await scanTable(cloud, TableNames.find((name) => name.includes('UsageStatistics')) ?? '');
    expect(numbers).toHaveLength(1);
    expect(numbers[0]?.groups?.L?.map(({ M }) => M?.rows?.N)).toEqual(['13']);
    const published = JSON.stringify(numbers);
    for (const trace of [TENANT, requestId, ...users]) expect(published).not.toContain(trace);
    const note = (await scanTable(cloud, cloud.controlTable)).find(({ pk }) => pk?.S === `ANON#${requestId}`);
    expect(note?.outcome?.M).toMatchObject({ rows: { N: '13' }, fellBack: { M: { 'too-few-alike': { N: '4' } } } });
  });
});
