import type { EvidenceReport, StoreEvidence } from '../model';
import { arrowHtml, type Box, boxHtml, heightOf, type Line, svgHtml } from './drawing';
import { type Html, html } from './markup';
import { countryName, isIndian, regionName } from './places';
import { grouped } from './view';
import { counted } from './words';

type Shown = Pick<EvidenceReport, 'stores' | 'processors'>;

const GAP = 20;
/** Between boxes that an arrow joins, with room for its words. */
const ARROW = 96;
/** Stores of one role, and processors of a country, that are drawn by name. */
const NAMED = 8;

/** Where data lives and may go, as a drawing of this width; a phone gets one of its own, so that words stay readable. */
export function dataMap(shown: Shown, width: number, className: string): Html {
  const wide = width > 600;
  const regions = [...grouped(shown.stores, ({ region }) => region)].sort(
    ([a], [b]) => Number(isIndian(b)) - Number(isIndian(a)) || a.localeCompare(b),
  );
  const top = placed(
    regions.map(([region, stores]) => regionLines(region, stores)),
    width,
    wide ? 2 : 1,
    8,
    wide ? ARROW : 52,
  );
  const boxes = top.boxes.map((box, i) => ({ ...box, look: isIndian(regions[i]?.[0] ?? '') ? 'home' : 'foreign' }));
  const groups = [...grouped(shown.processors, ({ countries }) => countries.toSorted().join(' '))];
  const below = placed(
    groups.map(([, processors]) => countryLines(processors)),
    width,
    wide ? 3 : 1,
    top.bottom + 56,
    GAP,
  );
  const last: Box = {
    x: 0,
    y: below.bottom + GAP,
    width,
    height: heightOf(deniedLines(shown, wide).length),
    look: 'nowhere',
    lines: deniedLines(shown, wide),
  };
  const down = arrowHtml([24, top.bottom + 6], [24, top.bottom + 50], 'registered fields, under a contract');
  return svgHtml(width, last.y + last.height + 1, className, summaryOf(shown), [
    ...boxes.map(boxHtml),
    ...copyArrows(
      shown.stores,
      regions.map(([region]) => region),
      boxes,
    ),
    ...(groups.length === 0 ? [] : [down]),
    ...below.boxes.map((box) => boxHtml({ ...box, look: 'processor' })),
    boxHtml(last),
  ]);
}

function placed(contents: readonly (readonly Line[])[], width: number, most: number, y: number, gap: number) {
  const columns = Math.max(1, Math.min(most, contents.length));
  const across = most === 1 ? 0 : gap;
  const column = (width - (columns - 1) * across) / columns;
  const boxes: Box[] = [];
  let bottom = y;
  for (let i = 0; i < contents.length; i += columns) {
    const line = contents.slice(i, i + columns);
    const height = Math.max(...line.map((lines) => heightOf(lines.length)));
    const at = i === 0 ? y : bottom + gap;
    boxes.push(
      ...line.map((lines, c) => ({ x: c * (column + across), y: at, width: column, height, look: '', lines })),
    );
    bottom = at + height;
  }
  return { boxes, bottom };
}

function regionLines(region: string, stores: readonly StoreEvidence[]): Line[] {
  const roles = [...grouped(stores, ({ dataRole }) => dataRole)];
  const outside = isIndian(region) ? '' : ' — outside India';
  return [
    { look: 'title', text: `${regionName(region)}${outside}` },
    ...roles.flatMap(([role, own]): Line[] => [
      { look: 'head', text: role === 'none' ? 'no personal data' : `${role} data` },
      ...named(own, ({ id, kind, copyOf }) => ({
        look: 'item',
        text: `${id} (${kind}${copyOf === null ? '' : ', copy'})`,
      })),
    ]),
  ];
}

function countryLines(processors: Shown['processors']): Line[] {
  const [first] = processors;
  const where = (first?.countries ?? []).map(countryName).join(', ') || 'country not known';
  return [
    { look: 'title', text: where },
    ...named(processors, ({ id, contract }) =>
      contract ? { look: 'item', text: `✓ ${id}` } : { look: 'denied', text: `✕ ${id}: denied, no contract` },
    ),
  ];
}

function named<T>(all: readonly T[], line: (one: T) => Line): Line[] {
  const more = all.length - NAMED;
  return [
    ...all.slice(0, NAMED).map(line),
    ...(more > 0 ? [{ look: 'item', text: `and ${more} more` } satisfies Line] : []),
  ];
}

function deniedLines({ processors }: Shown, wide: boolean): Line[] {
  const without = processors.filter(({ contract }) => !contract).length;
  const title: Line = { look: 'title', text: '✕ Denied' };
  const words = wide
    ? [
        'Every other Region, country, processor, purpose and field.',
        `${counted(without, 'registered processor')} without a contract that holds today.`,
      ]
    : [
        'Every other Region, country, processor,',
        'purpose and field.',
        `${counted(without, 'processor')} without a contract.`,
      ];
  return [title, ...words.map((text): Line => ({ look: 'item', text }))];
}

/** One arrow for all copies from one Region to another that stands beside or below it. */
function copyArrows(stores: readonly StoreEvidence[], regions: readonly string[], boxes: readonly Box[]): Html[] {
  const regionOf = new Map(stores.map(({ id, region }) => [id, region]));
  const pairs = stores.flatMap(({ copyOf, region }) => {
    const from = copyOf === null ? undefined : regionOf.get(copyOf);
    return from === undefined || from === region ? [] : [{ from, to: region }];
  });
  return [...grouped(pairs, ({ from, to }) => `${from} ${to}`).values()].flatMap((group) => {
    const [pair] = group;
    const from = boxes[regions.indexOf(pair?.from ?? '')];
    const to = boxes[regions.indexOf(pair?.to ?? '')];
    if (from === undefined || to === undefined) return [];
    const label = counted(group.length, 'copy', 'copies');
    if (from.y === to.y && from.x < to.x)
      return [arrowHtml([from.x + from.width + 4, from.y + 48], [to.x - 4, to.y + 48], label)];
    if (from.y < to.y) return [arrowHtml([from.x + 24, from.y + from.height + 4], [from.x + 24, to.y - 4], label)];
    // A copy that goes back up or to the left is said in the box and the table; an arrow would run through words.
    return [html``];
  });
}

function summaryOf({ stores, processors }: Shown): string {
  const regions = [...new Set(stores.map(({ region }) => regionName(region)))].join(' and ');
  const held = processors.filter(({ contract }) => contract).length;
  return `${counted(stores.length, 'store')} in ${regions || 'no Region'}; ${held} of ${counted(processors.length, 'processor')} may have data. The tables below say the same.`;
}
