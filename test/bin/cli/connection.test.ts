import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, need } from '../../../bin/cli/connection';
import { EXIT } from '../../../bin/cli/exit';
import { outputsFromStacks } from '../../../bin/local/outputs';

const folder = mkdtempSync(join(tmpdir(), 'digicrm-'));

const stacks = {
  'Data-prod': { Something: 'else' },
  'ControlPlane-prod': {
    ApiUrl: 'https://abc.execute-api.ap-south-1.amazonaws.com/prod/',
    UserPoolId: 'ap-south-1_abc',
    TokenEndpoint: 'https://digicrm.auth.ap-south-1.amazoncognito.com/oauth2/token',
    SigningKeyId: 'key-1',
    ControlTableName: 'control',
    Inventory: '[]',
    DataKeys: '{"exports":"arn:aws:kms:ap-south-1:111122223333:key/1"}',
    ScheduledFunctions: '{"sweeper":"ControlPlane-prod-EngineSweeper"}',
  },
};

function givenFile(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const nowhere = join(folder, 'no-such-file');

describe('outputs', () => {
  it('reads the file of cdk deploy', () => {
    expect(outputsFromStacks(stacks, null)).toMatchObject({
      stage: 'prod',
      region: 'ap-south-1',
      apiUrl: 'https://abc.execute-api.ap-south-1.amazonaws.com/prod',
      endpoint: null,
      dataKeys: { exports: 'arn:aws:kms:ap-south-1:111122223333:key/1' },
      scheduledFunctions: { sweeper: 'ControlPlane-prod-EngineSweeper' },
      clockFile: null,
    });
  });

  it('says which stack is missing', () => {
    expect(() => outputsFromStacks({ 'Data-prod': {} }, null)).toThrow('ControlPlane-<stage>');
  });
});

describe('connect', () => {
  it('prefers options to the environment, and the environment to a file', () => {
    const outputs = givenFile('outputs.json', stacks);
    const env = { DIGICRM_API_URL: 'https://from-env', DIGICRM_USER_POOL_ID: 'ap-south-1_env' };
    expect(connect({ outputs, apiUrl: 'https://from-option/' }, env, nowhere)).toMatchObject({
      apiUrl: 'https://from-option',
      userPoolId: 'ap-south-1_env',
      signingKeyId: 'key-1',
      client: 'crm',
    });
  });

  it('reads the local cloud when nothing else is said', () => {
    const local = givenFile('local.json', { ...outputsFromStacks(stacks, 'http://127.0.0.1:4801'), clients: ['crm'] });
    expect(connect({}, {}, local)).toMatchObject({ endpoint: 'http://127.0.0.1:4801', clients: ['crm'] });
  });

  it('says how to name a deployment when none is known', () => {
    expect(() => need(connect({}, {}, nowhere), 'apiUrl')).toThrow(/npm run local/);
  });

  it.each([
    ['a file that is not there', nowhere, /Cannot read/],
    ['a file that is no JSON', givenFile('text.json', 'hello'), /is not JSON/],
    ['a file of another app', givenFile('other.json', { Other: { A: 'b' } }), /no outputs file/],
  ])('refuses %s as wrong usage', (_, outputs, message) => {
    const connecting = () => connect({ outputs }, {}, nowhere);
    expect(connecting).toThrow(message);
    expect(connecting).toThrow(expect.objectContaining({ exitCode: EXIT.usage }));
  });
});
