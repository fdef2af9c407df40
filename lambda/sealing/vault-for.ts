import { UnknownWorkError } from '../erasure/errors';
import type { PlanStore, Step, StoreAction } from '../erasure/model';
import type { StepKey } from '../erasure/ports';
import type { Vault } from './ports';
import type { SealingOf } from './vault-layout';

/** The ways in which something is kept of what goes, by what the plan decided. Each makes a vault for one request and store. */
export interface Vaults {
  /** The vault takes everything, whole. */
  readonly whole: (of: SealingOf) => Vault;
  /** The books take the fields that a law names, and the vault what else a law wants for a while. @default - refused */
  readonly books?: (of: SealingOf, plan: PlanStore) => Vault;
  /** Rows that nobody can be known by any more. @default - refused until the function is given one */
  readonly anonymous?: (of: SealingOf, plan: PlanStore) => Vault;
}

/**
 * Where a step's things are secured before they go. What the step says and what the plan says must be the same:
 * a step that only erases has no business here.
 *
 * @throws UnknownWorkError when there is no such step or plan, they differ, or there is no way for what they say
 */
export function vaultFor(
  key: StepKey,
  { step, plan, of }: { readonly step: Step | undefined; readonly plan: PlanStore | undefined; readonly of: SealingOf },
  vaults: Vaults,
): Vault {
  const name = `step ${key.round}/${key.storeId}/${key.part}`;
  if (step === undefined || plan === undefined) throw new UnknownWorkError(name);
  // What was to be erased can come to be sealed, when a hold kept it until a law began; never the other way round.
  if (step.action !== plan.action && step.action !== 'seal') throw new UnknownWorkError(`${name}, planned otherwise,`);
  const vault = choose(step.action, of, plan, vaults);
  if (vault === undefined) throw new UnknownWorkError(`a place for what ${name} keeps`);
  return vault;
}

function choose(action: StoreAction, of: SealingOf, plan: PlanStore, vaults: Vaults): Vault | undefined {
  switch (action) {
    case 'seal':
      return plan.documents === null ? vaults.whole(of) : vaults.books?.(of, plan);
    case 'anonymise':
      return vaults.anonymous?.(of, plan);
    case 'erase':
      return undefined;
  }
}
