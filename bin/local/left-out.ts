import { loadRegister } from '../../policies/load';

/** What stage `local` goes without because the emulator lacks it, a line each, as policies/stages.yaml says. */
export function leftOut(): string[] {
  const lacks = loadRegister().stages.stages.local?.lacks ?? [];
  return ['Left out, because the emulator lacks it:', ...lacks.map(({ service, reason }) => `  ${service}: ${reason}`)];
}
