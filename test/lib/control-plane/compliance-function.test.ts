import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ComplianceFunction } from '../../../lib/control-plane/compliance-function';
import { loadRegister } from '../../../policies/load';
import { parseRegister } from '../../../policies/register';
import { smallApp } from '../support/small-app';

it('bundles a function as one module with the register beside it', () => {
  const { stack, key } = smallApp({ 'aws:cdk:bundling-stacks': ['**'] });
  new ComplianceFunction(stack, 'Authorizer', {
    register: loadRegister(),
    stageName: 'dev',
    logKey: key.key,
    logRetention: RetentionDays.ONE_DAY,
    entry: 'access/authorizer.handler.ts',
    description: 'test',
    timeout: Duration.seconds(15),
  });
  const { outdir } = stack.node.root as unknown as { outdir: string };
  const [asset = ''] = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
  expect(readdirSync(join(outdir, asset)).sort()).toEqual(['index.mjs', 'index.mjs.map', 'register.json']);
  const register: unknown = JSON.parse(readFileSync(join(outdir, asset, 'register.json'), 'utf8'));
  expect(parseRegister(register)).toEqual(loadRegister());
});
