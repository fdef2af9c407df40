import { parseRegister } from '../../policies/register';
import type { BundledRegister } from '../../policies/schema';
import { jsonFromBundle } from './bundled-json';
import { REGISTER_FILE } from './names';

/**
 * What functions need of the register, put into the function's bundle at synth, checked again: a function never
 * decides by a register that it did not understand. Call once, at module scope.
 *
 * @throws Error when there is no bundle, no such file or no JSON in it; RegisterError when it is wrong
 */
export function registerFromBundle(): BundledRegister {
  return parseRegister(jsonFromBundle(REGISTER_FILE));
}
