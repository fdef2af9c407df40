import { requireEnv } from '../shared/config';
import { ENV } from '../shared/names';

/** The key that signs checkpoints, and those that did before it: what they signed stays provable. */
export function ledgerKeyIds(): string[] {
  const old = process.env[ENV.ledgerOldKeyIds]?.split(' ').filter((id) => id !== '') ?? [];
  return [requireEnv(ENV.ledgerKeyId), ...old];
}
