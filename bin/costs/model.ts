import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { ROOT } from '../local/paths';

const amount = z.number().positive();

const pricesSchema = z.strictObject({
  asOf: z.iso.date(),
  rupeesPerDollar: z.strictObject({ value: amount, note: z.string() }),
  prices: z.record(z.string(), z.strictObject({ usd: amount, per: z.string(), basis: z.enum(['seen', 'memory']) })),
});

const modelSchema = z.strictObject({
  sizes: z.record(z.string(), z.strictObject({ tenants: z.int().positive() })),
  fixed: z.record(z.string(), amount),
  perTenant: z.record(z.string(), z.strictObject({ value: amount, means: z.string() })),
  lines: z.array(
    z.strictObject({ stack: z.string(), switch: z.string().optional(), what: z.string(), formula: z.string() }),
  ),
});

/** docs/costs/prices.yaml */
export type Prices = z.infer<typeof pricesSchema>;
/** docs/costs/model.yaml */
export type Model = z.infer<typeof modelSchema>;
export type CostLine = Model['lines'][number];

const folder = join(ROOT, 'docs', 'costs');
const read = (name: string): unknown => parse(readFileSync(join(folder, name), 'utf8'));

export function loadPrices(): Prices {
  return pricesSchema.parse(read('prices.yaml'));
}

export function loadModel(): Model {
  return modelSchema.parse(read('model.yaml'));
}

/** What every name in a formula stands for, with so many tenants. */
export function quantities({ fixed, perTenant }: Model, { prices }: Prices, tenants: number): Map<string, number> {
  return new Map([
    ...Object.entries(prices).map(([name, { usd }]) => [name, usd] as const),
    ...Object.entries(fixed),
    ...Object.entries(perTenant).map(([name, { value }]) => [name, value * tenants] as const),
  ]);
}

/** Dollars a month. A formula is a sum of products of names and numbers. @throws Error on a name that is not known */
export function evaluate(formula: string, names: ReadonlyMap<string, number>): number {
  const factor = (text: string): number => {
    const value = /^[\d.]+$/.test(text) ? Number(text) : names.get(text);
    if (value === undefined || Number.isNaN(value)) throw new Error(`"${text}" of "${formula}" is not known`);
    return value;
  };
  return formula
    .split('+')
    .map((term) => term.split('*').reduce((product, text) => product * factor(text.trim()), 1))
    .reduce((sum, term) => sum + term, 0);
}
