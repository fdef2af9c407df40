import { eventIn } from '../../lambda/ledger/event';
import type { ProofDeps } from '../../lambda/ledger/proof-ports';
import { tilePath } from '../../lambda/ledger/tiles';
import { logKeys } from '../../lambda/ledger/verify';
import type { SampleLog } from './sample-log';

/** What proofs of a log in memory are made with. */
export function depsOf(log: SampleLog): ProofDeps {
  return {
    log: {
      latest: async () => log.checkpoints.get(log.size),
      checkpointOf: async (size) => log.checkpoints.get(size),
      read: async (tile) => log.files.get(tilePath(tile)),
    },
    places: {
      async latestOf(about) {
        const index = log.entries.findLastIndex((entry) => eventIn(entry)?.about === about);
        return index < 0 ? undefined : index;
      },
    },
    keys: async () => logKeys(log.key.pem),
    origin: log.origin,
  };
}
