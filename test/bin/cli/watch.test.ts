import type { ApiClient } from '../../../bin/cli/api';
import { EXIT } from '../../../bin/cli/exit';
import { isOver, isPlanned, poll } from '../../../bin/cli/watch';
import type { RequestView } from '../../../lambda/erasure/view';
import { givenView } from './support';

/** An API whose request moves on with every look at it. */
function givenMovingRequest(...statuses: RequestView['status'][]): ApiClient {
  const views = statuses.map((status) => givenView({ status }));
  return { get: async () => (views.length > 1 ? views.shift() : views[0]) } as unknown as ApiClient;
}

describe('poll', () => {
  it('reads until the condition holds and shows every view', async () => {
    const seen: string[] = [];
    const view = await poll(givenMovingRequest('accepted', 'executing', 'completed'), 'er-1', {
      until: isOver,
      onView: ({ status }) => seen.push(status),
      timeoutMs: 1_000,
      intervalMs: 1,
    });
    expect(view.status).toBe('completed');
    expect(seen).toEqual(['accepted', 'executing', 'completed']);
  });

  it('gives up with exit code 6 and says how to look again', async () => {
    const polled = poll(givenMovingRequest('executing'), 'er-1', { until: isOver, timeoutMs: 5, intervalMs: 1 });
    await expect(polled).rejects.toMatchObject({
      exitCode: EXIT.unreachable,
      message: expect.stringContaining('digicrm status er-1'),
    });
  });
});

describe('what ends a wait', () => {
  it('a dry run is over with its plan, a real request is not', () => {
    expect(isOver(givenView({ status: 'planned', dryRun: true }))).toBe(true);
    expect(isOver(givenView({ status: 'planned' }))).toBe(false);
  });

  it('a request that is refused has no plan to wait for', () => {
    expect(isPlanned(givenView({ status: 'refused' }))).toBe(true);
    expect(isPlanned(givenView({ status: 'accepted' }))).toBe(false);
  });
});
