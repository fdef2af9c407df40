import { Match, type Template } from 'aws-cdk-lib/assertions';
import { parseInventory, parseKeepers } from '../../../lambda/shared/inventory';
import { ENV, OUTPUT } from '../../../lambda/shared/names';
import { resolveTemplates } from '../support/resolve';
import { templatesOf } from '../support/stages';

const VARIABLES: Record<string, readonly string[]> = {
  Api: [ENV.controlTable, ENV.recordQueueUrl],
  Authorizer: [ENV.userPoolId, ENV.clientNames],
  EnginePlanner: [
    ENV.controlTable,
    ENV.inventory,
    ENV.recordQueueUrl,
    ENV.subjectHashKeyId,
    ENV.stepBudgetSeconds,
    ENV.maxReceives,
  ],
  EngineEraser: [
    ENV.controlTable,
    ENV.inventory,
    ENV.keepers,
    ENV.recordQueueUrl,
    ENV.eraseQueueUrl,
    ENV.stepBudgetSeconds,
    ENV.maxReceives,
  ],
  EngineSealer: [
    ENV.controlTable,
    ENV.inventory,
    ENV.keepers,
    ENV.recordQueueUrl,
    ENV.sealQueueUrl,
    ENV.stepBudgetSeconds,
    ENV.maxReceives,
  ],
  EngineVerifier: [
    ENV.controlTable,
    ENV.inventory,
    ENV.keepers,
    ENV.recordQueueUrl,
    ENV.stepBudgetSeconds,
    ENV.maxReceives,
  ],
  EngineRecorder: [
    ENV.controlTable,
    ENV.inventory,
    ENV.planQueueUrl,
    ENV.eraseQueueUrl,
    ENV.sealQueueUrl,
    ENV.verifyQueueUrl,
    ENV.recordQueueUrl,
    ENV.signingKeyId,
    ENV.maxReceives,
  ],
  EngineSweeper: [ENV.controlTable, ENV.recordQueueUrl],
};

function functionOf(stage: string, name: string) {
  const found = Object.entries(resolveTemplates(templatesOf(stage))).find(
    ([id, r]) => r.Type === 'AWS::Lambda::Function' && id.replace(/[0-9A-F]{8}$/, '') === name,
  );
  if (!found) throw new Error(`no function ${name}`);
  const { Timeout, MemorySize, Environment } = found[1].Properties as {
    Timeout: number;
    MemorySize: number;
    Environment: { Variables: Record<string, string> };
  };
  return { timeout: Timeout, memory: MemorySize, variables: Environment.Variables };
}

describe('functions', () => {
  it.each(Object.entries(VARIABLES))('%s is told what it reads', (name, expected) => {
    const { variables } = functionOf('prod', name);
    expect(variables).toMatchObject(Object.fromEntries(expected.map((key) => [key, expect.stringMatching(/./)])));
    expect(variables.STAGE).toBe('prod');
  });

  it('learn of the emulator in stage local only', () => {
    expect(functionOf('local', 'Authorizer').variables[ENV.jwksUri]).toMatch(
      /^http:\/\/127\.0\.0\.1:4566\/.+\/\.well-known\/jwks\.json$/,
    );
    expect(functionOf('prod', 'Authorizer').variables).not.toHaveProperty(ENV.jwksUri);
  });

  it('stop taking on work well before their time is over', () => {
    for (const stage of ['local', 'prod'])
      for (const name of ['EnginePlanner', 'EngineEraser', 'EngineSealer', 'EngineVerifier']) {
        const { timeout, variables } = functionOf(stage, name);
        expect(Number(variables[ENV.stepBudgetSeconds])).toBeLessThanOrEqual(timeout * 0.8);
      }
  });

  it('receive an inventory that they can parse', () => {
    const stores = parseInventory(functionOf('prod', 'EngineEraser').variables[ENV.inventory] ?? '');
    expect(stores.map((s) => [s.id, s.kind, s.dataRole, s.subjectErasure])).toEqual([
      ['customer-files', 's3', 'tenant', 'own'],
      ['exports', 's3', 'tenant', 'own-and-shared'],
      ['crm-records', 'dynamodb', 'tenant', 'own'],
      ['accounts', 'dynamodb', 'account', 'own'],
      ['billing-records', 'dynamodb', 'account', 'own'],
      ['transfer-payloads', 'dynamodb', 'tenant', 'own'],
      ['token-vault', 'dynamodb', 'tenant', 'own'],
      ['customer-files-replica', 's3', 'tenant', 'own'],
    ]);
  });

  it('receive keepers that they can parse, and whose keys are not those of the live stores', () => {
    const { vaultBucket, vaultTable } = parseKeepers(functionOf('prod', 'EngineSealer').variables[ENV.keepers] ?? '');
    expect([vaultBucket.id, vaultTable.id]).toEqual(['vault-objects', 'vault-rows']);
    expect(vaultBucket.keyArn).toBe(vaultTable.keyArn);
    expect(vaultBucket.keyArn).toContain('vaultkey');
  });

  it('give the eraser twice the memory', () => {
    expect(functionOf('prod', 'EngineEraser').memory).toBe(1024);
    expect(functionOf('prod', 'EngineVerifier').memory).toBe(512);
  });
});

describe('queues and schedules', () => {
  const controlPlane: Template = templatesOf('prod').controlPlane;
  const mappingsOf = (source: 'queue' | 'stream') =>
    Object.values(controlPlane.findResources('AWS::Lambda::EventSourceMapping')).filter(
      // Only a stream has a place to start from.
      ({ Properties }) => (Properties.StartingPosition === undefined) === (source === 'queue'),
    );

  it('feed one message at a time, report single failures and bound the concurrency', () => {
    const mappings = mappingsOf('queue');
    expect(mappings.map((m) => m.Properties.ScalingConfig.MaximumConcurrency).sort((a, b) => b - a)).toEqual([
      20, 10, 10, 10, 5, 5, 5, 5, 5, 5, 5,
    ]);
    for (const { Properties } of mappings)
      expect(Properties).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  });

  it('feed the ledger from streams: in order, with all that a minute brings, and nothing lost without a trace', () => {
    const mappings = mappingsOf('stream');
    expect(mappings).toHaveLength(2);
    for (const { Properties } of mappings) {
      expect(Properties).toMatchObject({
        BatchSize: 1_000,
        MaximumBatchingWindowInSeconds: 30,
        StartingPosition: 'TRIM_HORIZON',
        // One that fails is parted from the others, and what was tried for a day is told.
        BisectBatchOnFunctionError: true,
        DestinationConfig: { OnFailure: { Destination: expect.anything() } },
      });
      // One turn at a time for each shard, and tried until the stream itself forgets.
      for (const name of ['ParallelizationFactor', 'MaximumRetryAttempts', 'MaximumRecordAgeInSeconds'])
        expect(Properties).not.toHaveProperty(name);
    }
  });

  it('hide a message for six times as long as a worker may run', () => {
    controlPlane.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 1800, RedrivePolicy: Match.anyValue() });
    templatesOf('local').controlPlane.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 90 });
  });

  it('run the sweeper every five minutes', () => {
    controlPlane.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' });
  });
});

describe('control table', () => {
  it('lists by tenant, finds what is due by keys alone, and forgets by itself', () => {
    templatesOf('prod').controlPlane.hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      GlobalSecondaryIndexes: [
        Match.objectLike({ IndexName: 'by-tenant', Projection: { ProjectionType: 'ALL' } }),
        Match.objectLike({ IndexName: 'by-due', Projection: { ProjectionType: 'KEYS_ONLY' } }),
      ],
    });
  });
});

describe('outputs', () => {
  it.each(Object.values(OUTPUT))('include %s, with a description', (key) => {
    templatesOf('prod').controlPlane.hasOutput(key, { Description: Match.anyValue(), Value: Match.anyValue() });
  });

  it('point at the emulator in stage local', () => {
    const address = (stage: string, key: string) =>
      JSON.stringify(templatesOf(stage).controlPlane.findOutputs(key)[key]?.Value);
    expect(address('local', OUTPUT.apiUrl)).toContain('http://127.0.0.1:4566/_aws/execute-api/');
    expect(address('local', OUTPUT.tokenEndpoint)).toBe('"http://127.0.0.1:4566/oauth2/token"');
    expect(address('prod', OUTPUT.apiUrl)).toContain('.execute-api.ap-south-1.amazonaws.com/prod');
    expect(address('prod', OUTPUT.tokenEndpoint)).toContain('.amazoncognito.com/oauth2/token');
  });
});
