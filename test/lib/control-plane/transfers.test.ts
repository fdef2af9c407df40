import { Match, Template } from 'aws-cdk-lib/assertions';
import { build } from '../../../bin/app';
import { storeSchema } from '../../../lambda/shared/inventory';
import { ENV, OUTPUT, TOKEN_INDEX, TRANSFER_TABLE } from '../../../lambda/shared/names';
import { loadRegister } from '../../../policies/load';
import { type Resource, resolveTemplates } from '../support/resolve';
import { templatesOf, testApp } from '../support/stages';

const resources = Object.entries(resolveTemplates(templatesOf('prod')));
const { controlPlane, data } = templatesOf('prod');

function propertiesOf(type: string, name: string, from: readonly [string, Resource][] = resources) {
  const found = from.find(([id, r]) => r.Type === type && id.replace(/[0-9A-F]{8}$/, '') === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found[1].Properties;
}

function functionNamed(name: string) {
  const { Environment, MemorySize, Timeout } = propertiesOf('AWS::Lambda::Function', name);
  const { Variables } = Environment as { Variables: Record<string, string> };
  return { variables: Variables, memory: Number(MemorySize), timeout: Number(Timeout) };
}

/** Function, route table and what each reads beside what every function has. */
const FUNCTIONS: readonly (readonly [name: string, reads: readonly string[]])[] = [
  ['TransfersDecider', [ENV.transferTable, ENV.controlTable, ENV.subjectHashKeyId]],
  [
    'TransfersRelay',
    [
      ENV.transferTable,
      ENV.controlTable,
      ENV.subjectHashKeyId,
      ENV.payloadStore,
      ENV.payloadKeys,
      ENV.tokenVault,
      ENV.egressQueueUrl,
    ],
  ],
  [
    'TransfersEgress',
    [
      ENV.transferTable,
      ENV.controlTable,
      ENV.subjectHashKeyId,
      ENV.payloadStore,
      ENV.payloadKeys,
      ENV.egressQueueUrl,
      ENV.egressKeyId,
    ],
  ],
  ['TransfersDesk', [ENV.transferTable]],
  ['TokensApi', [ENV.transferTable, ENV.tokenVault]],
  ['DisclosuresApi', [ENV.transferTable, ENV.controlTable, ENV.subjectHashKeyId]],
  [
    'DisclosuresAnnouncer',
    [ENV.transferTable, ENV.controlTable, ENV.subjectHashKeyId, ENV.egressQueueUrl, ENV.recordQueueUrl],
  ],
  ['DisclosuresSweeper', [ENV.transferTable, ENV.egressQueueUrl]],
];
/** What every function has. */
const COMMON = ['STAGE', 'POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_LOG_LEVEL', 'NODE_OPTIONS'];

describe('functions of transfers', () => {
  it.each(FUNCTIONS)('%s is told what it reads, and nothing more', (name, reads) => {
    const { variables } = functionNamed(name);
    expect(Object.keys(variables).toSorted()).toEqual([...COMMON, ...reads].toSorted());
    for (const key of reads) expect([key, variables[key]]).toEqual([key, expect.stringMatching(/./)]);
  });

  it('have the memory that policies in WebAssembly take, where they ask them', () => {
    const memories = FUNCTIONS.map(([name]) => [name, functionNamed(name).memory]);
    expect(Object.fromEntries(memories)).toMatchObject({
      TransfersDecider: 1024,
      TransfersRelay: 1024,
      TransfersEgress: 1024,
      TransfersDesk: 512,
      TokensApi: 512,
    });
  });

  it('give a processor all of its time, and the egress some more around it', () => {
    const { timeoutSeconds } = loadRegister().transfers.relay;
    expect(functionNamed('TransfersEgress').timeout).toBe(timeoutSeconds + 20);
  });

  it('work on stores as the inventory has them', () => {
    const entry = (name: string, key: string) =>
      storeSchema.parse(JSON.parse(functionNamed(name).variables[key] ?? ''));
    for (const name of ['TransfersRelay', 'TransfersEgress'])
      expect(entry(name, ENV.payloadStore)).toMatchObject({ id: 'transfer-payloads', dataClass: 'transfer-payloads' });
    for (const name of ['TransfersRelay', 'TokensApi'])
      expect(entry(name, ENV.tokenVault)).toMatchObject({ id: 'token-vault', dataClass: 'virtual-tokens' });
  });

  it('seal payloads under the key of their data role', () => {
    expect(JSON.parse(functionNamed('TransfersRelay').variables[ENV.payloadKeys] ?? '')).toEqual({
      tenant: expect.stringMatching(/:key\/tenantkey/),
      account: expect.stringMatching(/:key\/accountkey/),
    });
  });

  it('look every hour for processors that are silent, and for transfers left behind', () => {
    expect(propertiesOf('AWS::Events::Rule', 'DisclosuresSweeperSchedule')).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      State: 'ENABLED',
    });
  });

  it('know stand-ins of processors in stage local alone, and there the egress alone', () => {
    const file = '/somewhere/processors.json';
    const knowing = (stage: string) =>
      Object.entries(
        Template.fromStack(build(testApp({ stage, localProcessorHosts: file })).controlPlane).findResources(
          'AWS::Lambda::Function',
        ),
      ).flatMap(([id, { Properties }]) =>
        Properties.Environment.Variables[ENV.processorHosts] === undefined
          ? []
          : [[id.replace(/[0-9A-F]{8}$/, ''), Properties.Environment.Variables[ENV.processorHosts]]],
      );
    expect(knowing('local')).toEqual([['TransfersEgress', file]]);
    expect(knowing('prod')).toEqual([]);
  });
});

describe('records of transfers', () => {
  it('are found by person, processor and day, and forgotten by themselves', () => {
    controlPlane.hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: TRANSFER_TABLE.ttl, Enabled: true },
      GlobalSecondaryIndexes: [
        Match.objectLike({ IndexName: 'by-subject', Projection: { ProjectionType: 'ALL' } }),
        Match.objectLike({ IndexName: 'by-processor', Projection: { ProjectionType: 'ALL' } }),
        Match.objectLike({ IndexName: 'by-due', Projection: { ProjectionType: 'KEYS_ONLY' } }),
      ],
    });
  });

  it('say in the template why nobody is in them', () => {
    const [table] = Object.entries(controlPlane.findResources('AWS::DynamoDB::Table')).flatMap(([id, each]) =>
      id.startsWith('TransferTable') ? [each] : [],
    );
    expect(table?.Metadata).toMatchObject({ 'digicrm:free-of-personal-data': expect.stringContaining('keyed hashes') });
  });
});

describe('stores of transfers', () => {
  it('drop payloads that nobody took, and bring none back', () => {
    const payloads = propertiesOf('AWS::DynamoDB::Table', 'TransferPayloads');
    expect(payloads).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
    });
    expect(JSON.stringify(data.findResources('AWS::Backup::BackupSelection'))).not.toContain('TransferPayloads');
  });

  it('find a token, and of its row the key alone', () => {
    expect(propertiesOf('AWS::DynamoDB::Table', 'TransferTokens')).toMatchObject({
      GlobalSecondaryIndexes: [
        {
          IndexName: TOKEN_INDEX.name,
          KeySchema: [{ AttributeName: 'token', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });
});

it('is told to the local cloud and to who checks signatures', () => {
  const outputs = Object.keys(controlPlane.findOutputs('*'));
  expect(outputs).toEqual(expect.arrayContaining([OUTPUT.transferTable, OUTPUT.egressKeyId, OUTPUT.egressQueueUrl]));
});
