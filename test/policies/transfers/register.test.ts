import { cedarEngine } from '../../../lambda/transfer/adapters/cedar-engine';
import { questionOf } from '../../../policies/corpus/question';
import { loadRegister } from '../../../policies/load';
import type { Processor } from '../../../policies/schema';
import { loadPolicies } from '../../../policies/transfers/load';

const register = loadRegister();
const engine = cedarEngine(loadPolicies());
const { processors } = register.processors;

/** What the policies say of each role and ground of a purpose, under a contract as it should be. */
function answers(processor: Processor, purpose: Processor['purposes'][number], contract: boolean): boolean[] {
  const stated = contract ? { contract: { signedOn: '2026-01-01', validUntil: '2027-12-31' } } : {};
  return processor.dataRoles.flatMap((dataRole) =>
    purpose.bases.flatMap((basis) => {
      const [field] = purpose.fields;
      const facts = { processor: processor.id, stated, purpose: purpose.id, dataRole, basis, dlt: true };
      const asked = { ...facts, fields: field === undefined ? [] : [field.name] };
      return [engine.ask(questionOf(asked, processor, register.transfers)).allowed];
    }),
  );
}

describe('the register and the policies', () => {
  it.each(
    processors.flatMap((processor) => processor.purposes.map((p) => [processor.id, p.id, processor, p] as const)),
  )('agree that %s may have something for %s once there is a contract', (_processor, _purpose, processor, purpose) => {
    expect(answers(processor, purpose, true)).toContain(true);
  });

  it('agree that nothing goes to a company whose contract has not been shown', () => {
    const real = processors.filter(({ contract }) => contract === null);
    expect(real.length).toBeGreaterThan(3);
    for (const processor of real)
      for (const purpose of processor.purposes) expect(answers(processor, purpose, false)).not.toContain(true);
  });
});
