import { chunks, forEachLimit } from '../../../bin/local/concurrency';

describe('forEachLimit', () => {
  it('works on every item, never on more than the limit at a time', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await forEachLimit([1, 2, 3, 4, 5], 2, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      done.push(item);
      running--;
    });
    expect(done).toHaveLength(5);
    expect(most).toBe(2);
  });

  it('reports a failure', async () => {
    await expect(forEachLimit([1], 2, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});

describe('chunks', () => {
  it('keeps the order and leaves nothing out', () => {
    expect(chunks([1, 2, 3], 2)).toEqual([[1, 2], [3]]);
    expect(chunks([], 2)).toEqual([]);
  });
});
