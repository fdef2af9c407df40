import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExample } from '../../bin/openapi/part';
import { deliverySchema } from '../../lambda/disclosure/disclosure-views';
import { MOST_STANDING } from '../../lambda/transfer/adapters/restriction-items';
import { decisionBodySchema, decisionViewSchema } from '../../lambda/transfer/model';
import { impactSchema } from '../../lambda/transfer/restriction-views';
import { loadRegister } from '../../policies/load';
import { loadPolicies } from '../../policies/transfers/load';

const docs = join(__dirname, '..', '..', 'docs');
const read = (file: string) => readFileSync(join(docs, file), 'utf8');
const { transfers, processors } = loadRegister();
const { policies } = loadPolicies();

describe('docs/disclosures.md', () => {
  const text = read('disclosures.md');

  it('says what each way of delivery means, and of no other', () => {
    const rows = [...text.matchAll(/^\| `([a-z-]+)` \| .+ \|$/gm)].map(([, name]) => name);
    expect(rows).toEqual(deliverySchema.options);
  });
});

describe('docs/restrictions.md', () => {
  const text = read('restrictions.md');

  it('has the numbers of the register', () => {
    const { decision, restriction } = transfers;
    expect(text).toContain(`at most ${decision.cacheSeconds.seconds} seconds (\`decision.cacheSeconds\`)`);
    expect(text).toContain(`last ${restriction.previewDays} days (\`restriction.previewDays\`)`);
    expect(text).toContain(`At most ${MOST_STANDING} stand`);
  });

  it('names policies that there are', () => {
    const named = [...text.matchAll(/`((?:never|permit)\.[a-z-]+)`/g)].map(([, id]) => id);
    expect(named.length).toBeGreaterThan(0);
    expect(policies.map(({ id }) => id)).toEqual(expect.arrayContaining(named));
  });
});

describe('the examples about transfers', () => {
  it.each(['transfer-allowed', 'transfer-denied-answer'])('%s was decided by policies in their own words', (name) => {
    for (const { id, statement, citation } of decisionViewSchema.parse(readExample(name)).decidedBy)
      expect(policies.find((policy) => policy.id === id)).toMatchObject({ statement, citation });
  });

  it('ask about processors, purposes and fields of the register', () => {
    const { processorId, purpose, fields } = decisionBodySchema.parse(readExample('transfer-question'));
    const processor = processors.processors.find(({ id }) => id === processorId);
    expect(processor?.purposes.map(({ id }) => id)).toContain(purpose);
    expect(transfers.fields.map(({ name }) => name)).toEqual(expect.arrayContaining(fields));
  });

  it('close a country in which the register has the processors that they name', () => {
    const { impact } = readExample('restriction-made') as { impact: unknown };
    for (const { processorId, name } of impactSchema.parse(impact).processors)
      expect(processors.processors.find(({ id }) => id === processorId)).toMatchObject({ name });
  });
});
