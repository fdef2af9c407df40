import type { AppStage } from './stage';

/** A line for each costly part that the stage goes without, with the reason that the register demands for it. */
export function switchedOff({ name, config }: Pick<AppStage, 'name' | 'config'>): string[] {
  return Object.entries(config.switches).flatMap(([part, state]) =>
    state.enabled ? [] : [`Stage ${name} goes without ${part}: ${state.reason}`],
  );
}
