import fc from 'fast-check';
import { Census, MOST_GROUPS, type PersonalRow } from '../../../lambda/anonymise/census';
import { generaliser } from '../../../lambda/anonymise/generalise';
import { identifierOf, occursIn, searchable } from '../../../lambda/anonymise/identifiers';
import { anonymised, anyRows, people, register, rule, user, withText } from './support';

const TENANT = 'sundarban-textiles';
const generalise = { plain: generaliser(rule, register), text: generaliser(withText, register) };

describe('numbers about nobody', () => {
  it('say how many rows people had who are alike, and nothing else', () => {
    expect(anonymised(people(12))).toEqual({
      groups: [{ values: { plan: 'growth', signUpYear: '2024', state: 'West Bengal', seatBand: '6-20' }, rows: 12 }],
      rows: 12,
      fellBack: {},
    });
  });

  it('need k different people, not k rows', () => {
    const rows = [user('u-1'), user('u-1'), user('u-1'), user('u-2')];
    expect(anonymised(rows)).toEqual({ groups: [], rows: 0, fellBack: { 'too-few-alike': 4 } });
    expect(anonymised([...rows, user('u-3')]).rows).toBe(5);
  });

  it('leave out whose values cannot be read, and what belongs to nobody', () => {
    const odd = [user('a', { state: 'Atlantis' }), user('b', { seats: 'many' }), user('_'), user('c', { plan: 3 })];
    expect(anonymised([...people(3), ...odd])).toMatchObject({ rows: 3, fellBack: { unreadable: 4 } });
  });

  it('leave out a value in which somebody’s identifier stands, for everybody', () => {
    const rows = [...people(5, { state: 'Goa' }), ...people(4, {}, 'v'), user('w', { name: 'Goa' })];
    expect(anonymised(rows)).toMatchObject({
      rows: 5,
      groups: [{ values: { state: 'West Bengal' }, rows: 5 }],
      fellBack: { 'identifier-in-text': 5 },
    });
    expect(anonymised(people(5), rule, 'growth').rows).toBe(0);
  });

  it('keep free text only if k people wrote the very same, and no name stands in it', () => {
    const rows = [
      ...people(3, { leavingBecause: 'too  dear' }),
      ...people(3, { leavingBecause: 'since Mitali left' }, 'v'),
      user('w', { name: 'Mitali Sen', leavingBecause: 'my own story' }),
    ];
    expect(anonymised(rows, withText)).toMatchObject({
      groups: [{ values: { leavingBecause: 'too dear' }, rows: 3 }],
      fellBack: { 'identifier-in-text': 3, 'too-few-alike': 1 },
    });
  });

  it('are counted for a bounded number of combinations', () => {
    const rows = Array.from({ length: MOST_GROUPS + 5 }, (_, i) => user(`u-${i}`, { leavingBecause: `reason ${i}` }));
    expect(anonymised(rows, withText).fellBack).toEqual({
      'too-few-alike': MOST_GROUPS,
      'too-many-groups': 5,
    });
  });

  it('are not given out before everybody’s identifiers were looked for', () => {
    const census = new Census(rule, TENANT, register);
    census.count(user('u-1'));
    expect(() => census.result()).toThrow('the second pass is missing');
    census.check(user('u-1'));
    expect(() => census.count(user('u-2'))).toThrow('the first pass is over');
  });
});

describe.each([
  ['closed values', rule, generalise.plain],
  ['free text', withText, generalise.text],
] as const)('whatever the rows, with %s', (_, by, generaliseRow) => {
  it('every published combination is that of at least k different people', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        for (const { values, rows: count } of anonymised(rows, by).groups) {
          const alike = rows.filter((row) => sameAs(Object.values(values), generaliseRow(row.attributes)));
          expect(alike).toHaveLength(count);
          expect(new Set(alike.map((row) => row.subjectId)).size).toBeGreaterThanOrEqual(by.k.number);
        }
      }),
    );
  });

  it('no identifier of anybody stands in anything that is published', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const published = JSON.stringify(anonymised(rows, by).groups.map((group) => Object.values(group.values)));
        const squashed = published
          .normalize('NFKC')
          .toLowerCase()
          .replace(/[^\p{L}\p{M}\p{N}"]/gu, '');
        for (const identifier of identifiersOf(rows))
          if (identifier.length >= 3) expect(squashed).not.toContain(identifier);
      }),
    );
  });

  it('each row is published or has fallen back, once', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { rows: published, fellBack } = anonymised(rows, by);
        expect(published + Object.values(fellBack).reduce((sum, n) => sum + n, 0)).toBe(rows.length);
      }),
    );
  });

  it('the order of the rows does not matter', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        expect(anonymised([...rows].reverse(), by)).toEqual(anonymised(rows, by));
      }),
    );
  });
});

describe('identifiers', () => {
  it.each([
    ['Mitali Sen', 'spoke with MITALI-SEN today', true],
    ['Mitali Sen', 'spoke with Mitali today', false],
    ['+91 98300 12345', 'ring 098300-12345', true],
    ['9830012345', 'फ़ोन ९८३००-१२३४५', true],
    ['98300 12345', 'ফোন ৯৮৩০০১২৩৪৫', true],
    ['mitali@example.in', 'Mitali @ example . in', true],
    ['ﬁona', 'fiona left', true],
    ['मीरा', 'मीरा said so', true],
    ['Om', 'custom work', false],
    ['Om', 'ask Om', true],
    ['', 'anything', false],
    ['--', 'a -- b', false],
  ])('%s in "%s": %s', (identifier, text, expected) => {
    expect(occursIn(identifierOf(identifier), searchable(text), false)).toBe(expected);
  });

  it('count by their parts in free text', () => {
    expect(occursIn(identifierOf('Mitali Sen'), searchable('since mitali left'), true)).toBe(true);
    expect(occursIn(identifierOf('asha.roy@example.in'), searchable('Asha said so'), true)).toBe(true);
    expect(occursIn(identifierOf('asha.roy@example.in'), searchable('an example'), true)).toBe(false);
  });
});

describe('generalised values', () => {
  const one = (change: Record<string, unknown>) => generalise.plain(user('u', change).attributes);

  it.each([
    [{ seats: 1 }, '1-5'],
    [{ seats: 5 }, '1-5'],
    [{ seats: 6 }, '6-20'],
    [{ seats: 101 }, '101+'],
  ])('of %j: %s', (change, band) => {
    expect(one(change)?.[3]).toBe(band);
  });

  it('take the year in India', () => {
    expect(one({ signedUpAt: '2024-12-31T18:30:00.000Z' })?.[1]).toBe('2025');
  });

  it('write a State as the list does', () => {
    expect(one({ state: ' west  BENGAL ' })?.[2]).toBe('West Bengal');
  });

  it.each([[{ seats: 0 }], [{ plan: 'Growth' }], [{ plan: undefined }], [{ signedUpAt: 20240601 }], [{ state: null }]])(
    'are none where they cannot be read: %j',
    (change) => {
      expect(one(change)).toBeUndefined();
    },
  );
});

function sameAs(values: readonly string[], others: readonly string[] | undefined): boolean {
  return others !== undefined && values.join('\0') === others.join('\0');
}

/** Each identifier of each row, written without case, spaces and punctuation. */
function identifiersOf(rows: readonly PersonalRow[]): Set<string> {
  const texts = rows.flatMap(({ subjectId, attributes }) => [
    subjectId,
    ...rule.identifiers.map((name) => String(attributes[name])),
  ]);
  return new Set(
    [TENANT, ...texts].map((text) =>
      text
        .normalize('NFKC')
        .toLowerCase()
        .replace(/[^\p{L}\p{M}\p{N}]/gu, ''),
    ),
  );
}
