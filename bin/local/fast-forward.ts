import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { TerminationView } from '../../lambda/termination/view';
import type { ApiClient } from '../cli/api';
import { clientConfig } from './aws';
import { setClock } from './clock';
import type { CloudOutputs } from './outputs';

export const DAY_MS = 86_400_000;
/** The hourly sweeper leaves schedules ten minutes; those of the emulator follow another clock than the functions. */
const AFTER_SCHEDULES_MS = 15 * 60_000;
const INTERVAL_MS = 300;

/** What this needs to know of a cloud whose functions' clock can be moved. */
export type Movable = Pick<CloudOutputs, 'region' | 'endpoint' | 'clockFile' | 'scheduledFunctions'>;

/** Waits for minutes until what is on its way must be in the ledger, and only looks: nothing waits for it. */
const LOOKS_ONLY = 'ledgerWatchman';

/** Does at once what the schedules of every hour and every five minutes do. */
export async function runScheduled(cloud: Movable): Promise<void> {
  const lambda = new LambdaClient(clientConfig(cloud));
  for (const [name, FunctionName] of Object.entries(cloud.scheduledFunctions)) {
    if (name === LOOKS_ONLY) continue;
    const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName }));
    if (FunctionError !== undefined) throw new Error(`The scheduled function ${FunctionName} failed.`);
  }
}

/** From now on the functions' clock runs on from `at`, and what is due by then is found. */
export async function fastForward(cloud: Movable, at: Date): Promise<void> {
  await setClock(cloud, at);
  await runScheduled(cloud);
}

/** The clock stands so many days after a termination, when its schedules have had their time. */
export async function goToDay(cloud: Movable, { terminatedAt }: TerminationView, day: number): Promise<void> {
  await fastForward(cloud, new Date(Date.parse(terminatedAt) + day * DAY_MS + AFTER_SCHEDULES_MS));
}

/** Reads a tenant's termination until it is as wanted. @throws Error after two minutes */
export async function terminationUntil(
  api: Pick<ApiClient, 'termination'>,
  tenantId: string,
  what: string,
  holds: (view: TerminationView) => boolean,
  timeoutMs = 120_000,
): Promise<TerminationView> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const view = await api.termination(tenantId);
    if (holds(view)) return view;
    if (Date.now() > deadline)
      throw new Error(`The termination of ${tenantId} is ${view.state} and not ${what} after ${timeoutMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
