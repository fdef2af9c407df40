import { countsInWords, progressInWords, requestInWords, table } from '../../../bin/cli/words';
import { givenStore, givenView } from './support';

const none = { versions: 0, deleteMarkers: 0, uploads: 0, items: 0 };

describe('words', () => {
  it('counts one and many, with Indian digit groups', () => {
    expect(countsInWords({ versions: 123456, deleteMarkers: 1, uploads: 0, items: 0 })).toBe(
      '1,23,456 versions, 1 delete marker',
    );
    expect(countsInWords(none)).toBe('nothing');
  });

  it.each([
    [{ state: 'planned' as const }, 'waiting, 3 items found'],
    [{ state: 'erasing' as const }, 'erasing'],
    [{ state: 'erasing' as const, erased: { ...none, items: 2 } }, 'erasing: 2 items gone so far'],
    [{ state: 'erased' as const, erased: { ...none, items: 3 }, left: none }, '3 items erased, nothing left'],
    [
      { state: 'held' as const, held: { ...none, versions: 1 } },
      'nothing erased, 1 version held by a lock or a legal hold',
    ],
    [{ state: 'none-found' as const }, 'nothing was there'],
  ])('says how far a store is: %j', (progress, words) => {
    expect(progressInWords(givenStore(progress))).toBe(words);
  });

  it('aligns the columns of a table', () => {
    expect(table(['a', 'long'], [['bbb', 'c']])).toBe('a    long\n───  ────\nbbb  c');
  });

  it('says nothing of stores and dates where nothing is erased', () => {
    const words = requestInWords(givenView({ status: 'cancelled', stores: [givenStore()] }));
    expect(words).not.toMatch(/waiting|due/);
  });

  it('tells until when a cooling-off period lasts', () => {
    const { deadlines } = givenView();
    const view = givenView({
      status: 'confirmed',
      deadlines: { ...deadlines, executeAfter: '2026-11-02T00:00:00.000Z' },
    });
    expect(requestInWords(view)).toContain('not before 2026-11-02T00:00:00.000Z');
  });
});
