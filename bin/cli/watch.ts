import { type RequestRecord, TERMINAL, WAITING } from '../../lambda/erasure/model';
import type { RequestView } from '../../lambda/erasure/view';
import type { ApiClient } from './api';
import { CliError, EXIT } from './exit';

/** True when nothing will change for now: an end, a wait for a law's day or a hold, or a dry run that has its plan. */
export function isOver(view: Pick<RequestView, 'status' | 'dryRun'>): boolean {
  return TERMINAL.includes(view.status) || WAITING.includes(view.status) || (view.dryRun && view.status === 'planned');
}

/** True when the plan can be read, or there will be none. */
export function isPlanned(view: RequestView): boolean {
  return view.planHash !== null || isOver(view);
}

export interface PollOptions {
  /** Says when to stop. */
  readonly until: (view: RequestView) => boolean;
  /** Called with every answer. */
  readonly onView?: (view: RequestView) => void;
  readonly timeoutMs: number;
  /** @default 500 */
  readonly intervalMs?: number;
}

/** Reads a request again and again. Throws with exit code 6 when it takes longer than `timeoutMs`. */
export async function poll(api: ApiClient, requestId: string, options: PollOptions): Promise<RequestView> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    const view = await api.get(requestId);
    options.onView?.(view);
    if (options.until(view)) return view;
    if (Date.now() > deadline)
      throw new CliError(
        EXIT.unreachable,
        `${requestId} is still ${view.status} after ${Math.round(options.timeoutMs / 1000)} s: look again with digicrm status ${requestId}.`,
      );
    await new Promise((resolve) => setTimeout(resolve, options.intervalMs ?? 500));
  }
}

/** Words for the states that a request passes. */
const PHASES: Readonly<Record<RequestRecord['status'], string>> = {
  accepted: 'Accepted, the plan is being made',
  planned: 'Planned',
  confirmed: 'Confirmed, waiting for the cooling-off period to end',
  executing: 'Erasing',
  verifying: 'A second reader looks for what may be left',
  completed: 'Completed: nothing is left',
  held: 'All that may be erased is gone; a legal hold or a lock keeps the rest',
  deferred: 'All is out of use; what a law keeps is sealed until its day',
  refused: 'Refused',
  cancelled: 'Cancelled',
  failed: 'Failed',
};

/** One sentence for where a request stands. */
export function phaseInWords(view: Pick<RequestView, 'status'>): string {
  return PHASES[view.status];
}
