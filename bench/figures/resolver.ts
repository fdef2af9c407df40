import { loadRegister } from '../../policies/load';
import type { ResolverResult } from '../clients/resolver-client';
import { runClient } from '../harness/processes';
import { atLeast, atMost, median, note } from '../table';
import type { FigureGroup } from './figure';

const EARLY = 100_000;
const LATE = 1_000_000;
const MB = 1024 * 1024;

const percent = (share = 0) => `${(share * 100).toFixed(0)} %`;

export const resolver: FigureGroup = {
  name: 'resolver',
  title: `Retention decisions with the full register, ${LATE.toLocaleString('en')} in a process`,
  method:
    'One thread decides on 10,000 invented sets of facts in turn; the heap is measured after a forced collection; medians of fresh processes.',
  async measure({ quick }) {
    const register = loadRegister();
    const results: ResolverResult[] = [];
    for (let seed = 1; seed <= (quick ? 1 : 5); seed++)
      results.push(
        await runClient<ResolverResult>(
          'resolver-client',
          { register, seed, early: EARLY, late: LATE },
          { nodeArguments: ['--expose-gc'] },
        ),
      );
    const growth = results.map(({ heapEarlyBytes, heapLateBytes }) => (heapLateBytes - heapEarlyBytes) / MB);
    const [first] = results;
    return [
      atLeast('decisions a second on one core', median(results.map(({ perSecond }) => perSecond)), 200_000, 0),
      atMost('heap after 1,000,000 decisions less that after 100,000, in MB', median(growth), 0.5),
      note(
        'share that erases, seals, holds',
        [first?.outcomes.erase, first?.outcomes.seal, first?.outcomes.hold].map(percent).join(', '),
      ),
    ];
  },
};
