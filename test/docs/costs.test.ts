import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../bin/app';
import { evaluate, loadModel, loadPrices, quantities } from '../../bin/costs/model';
import { withTables } from '../../bin/costs/tables';
import { loadRegister } from '../../policies/load';
import { templatesOf, testApp } from '../lib/support/stages';

const model = loadModel();
const prices = loadPrices();

/** Switches that save nothing: how something is done, not whether. */
const FREE = ['tokenScopes', 'backupLockForGood'];

describe('docs/costs.md', () => {
  it('has the tables that the model and the prices give', () => {
    const document = readFileSync(join(__dirname, '..', '..', 'docs', 'costs.md'), 'utf8');
    expect(document).toBe(withTables(document, model, prices));
  });

  it('prices every switch, and names no other', () => {
    const switches = Object.keys(loadRegister().stages.stages.prod?.switches ?? {}).filter(
      (name) => !FREE.includes(name),
    );
    const priced = new Set(model.lines.flatMap((line) => line.switch ?? []));
    expect([...priced].sort()).toEqual(switches.sort());
  });

  it('prices every stack of prod', () => {
    const stacks = Object.values(build(testApp({ stage: 'prod' }))).flatMap(
      (stack) => stack?.node.id.split('-')[0] ?? [],
    );
    const priced = new Set(model.lines.map(({ stack }) => stack));
    expect(stacks.filter((name) => !priced.has(name))).toEqual([]);
  });

  it('needs every price and quantity that is listed', () => {
    const used = new Set(model.lines.flatMap(({ formula }) => formula.match(/[a-zA-Z]\w*/g) ?? []));
    const listed = [prices.prices, model.fixed, model.perTenant].flatMap(Object.keys);
    expect(listed.filter((name) => !used.has(name))).toEqual([]);
  });

  it('counts no fewer of anything than the templates of prod hold', () => {
    const resources = Object.values(templatesOf('prod')).flatMap((template) =>
      Object.values(
        template.toJSON().Resources as Record<string, { Type: string; Properties?: Record<string, unknown> }>,
      ),
    );
    const held = (type: string) => resources.filter((r) => r.Type === type);
    const { fixed } = model;
    const most: Record<string, number | undefined> = {
      'AWS::KMS::Key': sum('auditKeys', 'dataKeys', 'controlKeys', 'replicaKeys') + 1,
      'AWS::EC2::NatGateway': fixed.gateways,
      'AWS::CloudWatch::Alarm': fixed.alarms,
      'AWS::CloudWatch::Dashboard': 1,
      'AWS::IAM::Role': fixed.roles,
      'AWS::WAFv2::WebACL': 1,
      'AWS::Cognito::UserPoolClient': fixed.clients,
    };
    for (const [type, count] of Object.entries(most))
      expect([type, held(type).length <= (count ?? 0)]).toEqual([type, true]);
    const interfaces = held('AWS::EC2::VPCEndpoint').filter((r) => r.Properties?.VpcEndpointType === 'Interface');
    expect(interfaces.length).toBeLessThanOrEqual(fixed.endpoints ?? 0);

    function sum(...names: string[]): number {
      return names.reduce((total, name) => total + (fixed[name] ?? 0), 0);
    }
  });
});

describe('a formula', () => {
  const names = quantities(model, prices, 10);

  it('is a sum of products of names and numbers', () => {
    expect(evaluate('2 * 3 + zones * 0.5', names)).toBe(7);
    expect(evaluate('filesGb', names)).toBe(10);
  });

  it('must not name what nobody knows', () => {
    expect(() => evaluate('zones * wishes', names)).toThrow('"wishes" of "zones * wishes" is not known');
  });
});
