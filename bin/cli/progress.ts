import type { RequestView } from '../../lambda/erasure/view';
import type { ApiClient } from './api';
import { isOver, isPlanned, poll } from './watch';
import { progressInWords } from './words';

/** How long to follow a request, and whether anyone is looking. */
export interface FollowOptions {
  readonly timeoutMs: number;
  readonly quiet: boolean;
}

/** Lets several readers wait for the views of one poll. */
class Views {
  private readonly readers = new Set<(view: RequestView) => void>();

  readonly publish = (view: RequestView): void => {
    for (const read of this.readers) read(view);
  };

  /** Resolves with the first view that `matches`; sees every view until then. */
  first(matches: (view: RequestView) => boolean): Promise<RequestView> {
    return new Promise((resolve) => {
      const read = (view: RequestView) => {
        if (!matches(view)) return;
        this.readers.delete(read);
        resolve(view);
      };
      this.readers.add(read);
    });
  }
}

function storeOf(view: RequestView, storeId: string) {
  return view.stores.find((store) => store.storeId === storeId);
}

/**
 * Follows a request to its end with one live line per store. Without a terminal, or with `quiet`,
 * it prints nothing. Resolves with the last view.
 */
export async function follow(api: ApiClient, requestId: string, options: FollowOptions): Promise<RequestView> {
  const { timeoutMs, quiet } = options;
  if (quiet || !process.stdout.isTTY) return poll(api, requestId, { until: isOver, timeoutMs });

  const planned = await poll(api, requestId, { until: isPlanned, timeoutMs });
  // Loaded late: only a terminal needs it.
  const { Listr } = await import('listr2');
  const views = new Views();
  const ended = poll(api, requestId, { until: isOver, onView: views.publish, timeoutMs });
  const list = new Listr(
    planned.stores.map(({ storeId }) => ({
      title: storeId,
      task: async (_context: unknown, task: { title: string }) => {
        const verified = views.first((view) => {
          const store = storeOf(view, storeId);
          if (store !== undefined) task.title = `${storeId}: ${progressInWords(store)}`;
          return store?.left !== null && store?.left !== undefined;
        });
        const view = await Promise.race([verified, ended]);
        if (storeOf(view, storeId)?.state === 'failed') throw new Error(`${storeId}: failed`);
      },
    })),
    { concurrent: true, exitOnError: false },
  );
  const [view] = await Promise.all([ended, list.run()]);
  return view;
}
