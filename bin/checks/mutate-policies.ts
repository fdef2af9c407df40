import { loadCorpus } from '../../policies/corpus/load';
import { loadRegister } from '../../policies/load';
import { RegisterError } from '../../policies/register';
import { loadPolicies, wordsOf } from '../../policies/transfers/load';
import { mutatePolicies, type PolicyMutants } from './policies/mutate';

/** `npm run policies:mutate`: shows that each policy of transfers, deleted or weakened, makes a case of the corpus fail. */
function main(): number {
  const register = loadRegister();
  const policies = loadPolicies(undefined, wordsOf(register.transfers));
  const corpus = loadCorpus(register, policies);
  const results = mutatePolicies(policies, corpus, register);
  print(results);
  const survivors = results.flatMap((result) => result.survivors);
  const mutants = results.reduce((sum, result) => sum + result.mutants, 0);
  console.log(
    `\n${corpus.length} cases, ${policies.policies.length} policies, ${mutants} mutants, ${survivors.length} survived`,
  );
  for (const { policyId, change } of survivors) console.log(`survived: ${policyId}: ${change}`);
  return survivors.length === 0 ? 0 : 1;
}

function print(results: readonly PolicyMutants[]): void {
  const width = Math.max(...results.map(({ policyId }) => policyId.length));
  const row = (cells: readonly [string, string, string, string]) =>
    console.log([cells[0].padEnd(width), ...cells.slice(1).map((cell) => cell.padStart(9))].join(' '));
  row(['policy', 'mutants', 'killed', 'survived']);
  for (const { policyId, mutants, survivors } of results)
    row([policyId, `${mutants}`, `${mutants - survivors.length}`, `${survivors.length}`]);
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof RegisterError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
