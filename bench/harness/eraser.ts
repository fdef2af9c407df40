import { loadRegister } from '../../policies/load';
import type { EraserResult, EraserTask } from '../clients/eraser-client';
import { runClient, type Surroundings } from './processes';

const DEFAULTS: EraserTask = {
  kind: 's3',
  shards: 16,
  planned: 0,
  plan: false,
  erase: true,
  verify: true,
  ledgerLatencyMs: 0,
  register: loadRegister(),
};

/** Erases and, unless told otherwise, verifies the bench's tenant. Fails when anything is found left. */
export async function erase(surroundings: Surroundings, task: Partial<EraserTask>): Promise<EraserResult> {
  return runClient<EraserResult>('eraser-client', { ...DEFAULTS, ...task }, surroundings);
}

/** Only counts what an erasure would take. */
export async function plan(surroundings: Surroundings, task: Partial<EraserTask>): Promise<EraserResult> {
  return erase(surroundings, { ...task, plan: true, erase: false, verify: false });
}
