import fc from 'fast-check';
import type { PolicyQuestion } from '../../../lambda/transfer/engine';
import { loadCorpus } from '../../../policies/corpus/load';
import { loadRegister } from '../../../policies/load';
import { transferRoles } from '../../../policies/transfer-schema';
import { loadPolicies } from '../../../policies/transfers/load';

export const register = loadRegister();
export const policies = loadPolicies();
const corpus = loadCorpus(register, policies);
const { transfers: words } = register;

const COUNTRIES = ['IN', 'SG', 'US', 'DE', 'CN'];
const ids = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);
/** Mostly as the question that it starts from has it: a question of random words is hardly ever allowed. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const countries = fc.subarray(COUNTRIES);

const changes = fc.record({
  purpose: rarely(fc.constantFrom(...ids(words.purposes))),
  dataRole: rarely(fc.constantFrom(...transferRoles)),
  basis: rarely(fc.constantFrom(...ids(words.bases))),
  fields: rarely(fc.subarray(words.fields.map(({ name }) => name))),
  categories: rarely(fc.subarray(ids(words.categories))),
  sensitive: rarely(fc.boolean()),
  commercial: rarely(fc.boolean()),
  evidenced: rarely(fc.boolean()),
  dlt: rarely(fc.boolean()),
  tenantActive: rarely(fc.boolean()),
  processorOpen: rarely(fc.boolean()),
  today: rarely(fc.constantFrom(20250101, 20261201, 20270512, 20270513, 20300101)),
  contractUntil: rarely(fc.constantFrom(0, 20261130, 20261201, 20351231)),
  restrictedCountries: rarely(countries),
  processing: rarely(countries),
  storage: rarely(countries),
  foreignState: rarely(fc.boolean()),
});

/** Any question: one of the corpus's with some facts changed, whatever a register would have. */
export const questions: fc.Arbitrary<PolicyQuestion> = fc
  .tuple(fc.constantFrom(...corpus.map(({ question }) => question)), changes)
  .map(([base, { processing, storage, foreignState, ...change }]) => {
    const { processor } = base;
    const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    return {
      ...base,
      ...said,
      processor: {
        ...processor,
        foreignState: foreignState ?? processor.foreignState,
        countries: {
          processing: processing ?? processor.countries.processing,
          storage: storage ?? processor.countries.storage,
        },
      },
    };
  });
