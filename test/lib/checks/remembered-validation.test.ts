import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CloudFormationValidatePlugin, Stack, Validations } from 'aws-cdk-lib';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { build } from '../../../bin/app';
import { RememberedValidation } from '../../../lib/checks/remembered-validation';
import { testApp } from '../support/stages';

const ROOT = join(__dirname, '..', '..', '..');

/** Folder in which this test's templates are remembered. */
let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'validated-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(cache, { recursive: true });
});

function synth(retention: unknown, region = 'ap-south-1'): void {
  const app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
  Validations.of(app).addPlugins(new RememberedValidation(cache));
  const stack = new Stack(app, 'Test', { env: { region } });
  new CfnQueue(stack, 'Queue').addPropertyOverride('MessageRetentionPeriod', retention);
  app.synth();
}

describe('the validation of templates', () => {
  it('fails synth for a property of the wrong type, and remembers nothing', () => {
    expect(() => synth('soon')).toThrow(/MessageRetentionPeriod: 'soon' is not of type 'integer'/);
    expect(readdirSync(cache)).toEqual([]);
    expect(() => synth('soon')).toThrow(/is not of type 'integer'/);
  });

  it('reads a flawless template once, and again when it or its Region changes', () => {
    const validate = jest.spyOn(CloudFormationValidatePlugin.prototype, 'validate');
    synth(60);
    synth(60);
    expect(validate).toHaveBeenCalledTimes(1);
    synth(120);
    synth(60, 'ap-south-2');
    expect(validate).toHaveBeenCalledTimes(3);
  });

  it.each(['local', 'dev', 'prod'])('finds nothing in stage %s', (stage) => {
    const app = testApp({ stage });
    Validations.of(app).addPlugins(new RememberedValidation());
    build(app);
    expect(() => app.synth()).not.toThrow();
  });

  it('runs in this file alone: the other tests and the local cloud go without', () => {
    expect(process.env.CDK_VALIDATION).toBe('false');
    const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter((f) =>
      f.endsWith('.ts'),
    );
    const naming = (word: RegExp) => files.filter((f) => word.test(readFileSync(join(ROOT, 'test', f), 'utf8'))).sort();
    expect(naming(/RememberedValidation|CloudFormationValidatePlugin/)).toEqual([
      'lib/checks/remembered-validation.test.ts',
    ]);
    expect(naming(/CDK_VALIDATION\b/)).toEqual(['lib/checks/remembered-validation.test.ts', 'support/unit-env.ts']);
    expect(readFileSync(join(ROOT, 'bin/local/cdk.ts'), 'utf8')).toContain("CDK_VALIDATION: 'false'");
  });
});
