import { randomUUID } from 'node:crypto';
import type { RequestView } from '../../lambda/erasure/view';
import { isOver, phaseInWords, poll } from '../cli/watch';
import { countsInWords, progressInWords } from '../cli/words';
import { clockNow } from './clock';
import type { Demo } from './demo-checks';

const TIMEOUT_MS = 180_000;

/** What to erase: a tenant, or one person in it. */
export interface Target {
  readonly tenantId: string;
  readonly subjectId?: string;
}

/** Prints a store or the request as a whole whenever its words have changed. */
function narrator(log: (line: string) => void): (view: RequestView) => void {
  const said = new Map<string, string>();
  const say = (about: string, words: string, line: string) => {
    if (said.get(about) === words) return;
    said.set(about, words);
    log(line);
  };
  return (view) => {
    say('', view.status, `${phaseInWords(view)}.`);
    if (view.status === 'accepted' || view.status === 'planned') return;
    for (const store of view.stores) {
      const words = progressInWords(store);
      say(store.storeId, words, `  ${store.storeId}: ${words}`);
    }
  };
}

/**
 * Carries out one erasure by way of the API, telling its progress in plain words.
 * Throws when it ends in any other way than completed.
 */
export async function eraseAndTell({ outputs, api, log }: Demo, target: Target): Promise<RequestView> {
  const scope = target.subjectId === undefined ? 'tenant' : 'subject';
  const at = (await clockNow(outputs)).toISOString();
  const instruction = { by: 'demo-admin', role: 'tenant-admin', authentication: 'mfa', at };
  const { requestId } = await api.create({ scope, ...target, reason: `${scope}-request`, instruction }, randomUUID());
  log(`Request ${requestId} is accepted.`);
  const tell = narrator(log);

  if (scope === 'tenant') {
    await poll(api, requestId, { until: (view) => view.status !== 'accepted', onView: tell, timeoutMs: TIMEOUT_MS });
    const { plan, planHash } = await api.plan(requestId);
    for (const store of plan.stores)
      log(`  ${store.storeId}: ${countsInWords(store.counts)} found, decision: ${store.decision.outcome}`);
    log(`Confirming the plan with the hash ${planHash.slice(0, 16)}…`);
    await api.confirm(requestId, { planHash, by: instruction.by });
  }

  const view = await poll(api, requestId, { until: isOver, onView: tell, timeoutMs: TIMEOUT_MS, intervalMs: 250 });
  if (view.status !== 'completed') {
    const why = view.reasons.map((reason) => reason.message).join(' ');
    throw new Error(`The erasure of ${target.tenantId} ended ${view.status}, not completed. ${why}`);
  }
  return view;
}
