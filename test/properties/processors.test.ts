import { build } from '../../bin/app';
import { loadRegister } from '../../policies/load';
import { bundledRegister, processorsOf } from '../../policies/register';
import type { Processor, Register } from '../../policies/schema';
import { differences } from '../lib/support/differences';
import { testApp } from '../lib/support/stages';

const register = loadRegister();

/**
 * Templates of all stacks of prod, and what functions carry of the register. Nothing is
 * bundled here, so there are no hashes of bundles to compare; compliance-function.test.ts compares a real one.
 */
function written(of: Register): Record<string, unknown> {
  const app = testApp({ stage: 'prod' });
  build(app, undefined, of);
  const { stacks } = app.synth();
  return {
    ...Object.fromEntries(stacks.map((stack) => [stack.stackName, stack.template])),
    'register.json': bundledRegister(of),
  };
}

function withOneMore(change: Partial<Processor>): Register {
  const processor: Processor = {
    id: 'another-gateway',
    name: 'Another payment gateway',
    kind: 'payment-gateway',
    owner: 'Head of Finance',
    stages: ['prod'],
    countries: { processing: ['IN'], storage: ['IN'] },
    foreignState: false,
    endpoint: null,
    dataRoles: ['account'],
    purposes: [{ id: 'subscription-payments', bases: ['consent'], fields: [{ name: 'amount', transform: 'keep' }] }],
    erasure: { route: 'manual', how: 'Write to its grievance officer.', deadlineDays: 30 },
    contract: null,
    domains: ['api.another-gateway.in'],
    citation: { source: 'a processor of this test' },
    ...change,
  };
  return { ...register, processors: { processors: [...register.processors.processors, processor] } };
}

describe('a processor more in the register', () => {
  const before = written(register);
  const changesOf = (changed: Register) =>
    differences(before, written(changed)).filter((line) => !line.includes('.Properties.Code.S3Key: '));

  it('changes the firewall and the DNS firewall, and nothing else in any stack or function', () => {
    const next = processorsOf(register, 'prod').flatMap(({ domains }) => domains).length;
    expect(changesOf(withOneMore({}))).toEqual([
      `Network-prod.Resources.FirewallRulesHostsegress.Properties.RuleGroup.RulesSource.RulesSourceList.Targets.${next}: undefined -> "api.another-gateway.in"`,
      `Network-prod.Resources.DnsFirewallProcessors.Properties.Domains.${next}: undefined -> "api.another-gateway.in"`,
    ]);
  });

  it('changes nothing at all where it has no host', () => {
    expect(changesOf(withOneMore({ domains: [] }))).toEqual([]);
  });
});
