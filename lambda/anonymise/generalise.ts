import type { AnonymiseRule, Register } from '../../policies/schema';
import { formatDay, parseDayInIndia } from '../retention/civil-date';

type Keep = AnonymiseRule['keeps'][number];

/** Letters of a free text that may be kept; a longer one is nobody else's words. */
const LONGEST_TEXT = 60;

/** Turns one row into the values that may be kept of it; undefined where one of them cannot be read. */
export type Generalise = (attributes: Readonly<Record<string, unknown>>) => readonly string[] | undefined;

/** What a rule makes of rows: a list of values in the order of its `keeps`. Pure. */
export function generaliser(rule: AnonymiseRule, { anonymise }: Pick<Register, 'anonymise'>): Generalise {
  const states = new Map(anonymise.states.names.map((name) => [plain(name), name]));
  return (attributes) => {
    const values: string[] = [];
    for (const keep of rule.keeps) {
      const given = Object.hasOwn(attributes, keep.from) ? attributes[keep.from] : undefined;
      const value = generalised(keep, given, states);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  };
}

function generalised(keep: Keep, value: unknown, states: ReadonlyMap<string, string>): string | undefined {
  switch (keep.as) {
    case 'as-is':
      return asIs(value, keep.values);
    case 'year': {
      const day = typeof value === 'string' ? parseDayInIndia(value) : undefined;
      return day === undefined ? undefined : formatDay(day).slice(0, 4);
    }
    case 'band':
      return typeof value === 'number' && Number.isInteger(value) ? band(value, keep.edges) : undefined;
    case 'state':
      return typeof value === 'string' ? states.get(plain(value)) : undefined;
  }
}

function asIs(value: unknown, values: readonly string[] | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (values !== undefined) return values.includes(value) ? value : undefined;
  const text = value.normalize('NFKC').replace(/\s+/g, ' ').trim();
  return text === '' || text.length > LONGEST_TEXT ? undefined : text;
}

/** `6-20`, or `101+` from the last edge on; undefined below the first. */
function band(value: number, edges: readonly number[]): string | undefined {
  const index = edges.findLastIndex((edge) => value >= edge);
  const from = edges[index];
  if (from === undefined) return undefined;
  const next = edges[index + 1];
  return next === undefined ? `${from}+` : `${from}-${next - 1}`;
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
