import { type CostLine, evaluate, type Model, type Prices, quantities } from './model';

const BEGIN = '<!-- worked out by `npm run costs` -->';
const END = '<!-- end -->';

/** The document with its tables worked out anew. @throws Error when it has no place for them */
export function withTables(document: string, model: Model, prices: Prices): string {
  const [head, rest] = document.split(BEGIN);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined) throw new Error(`docs/costs.md needs "${BEGIN}" and "${END}"`);
  return `${head}${BEGIN}\n\n${tables(model, prices)}\n\n${END}${tail}`;
}

function tables(model: Model, prices: Prices): string {
  const sizes = Object.values(model.sizes).map(({ tenants }) => tenants);
  const cost = (line: CostLine) => sizes.map((n) => evaluate(line.formula, quantities(model, prices, n)));
  const sum = (lines: readonly CostLine[]) =>
    sizes.map((_, i) => lines.reduce((total, l) => total + (cost(l)[i] ?? 0), 0));
  const cells = (dollars: readonly number[]) =>
    dollars.map((usd) => `$${round(usd)} / ₹${round(usd * prices.rupeesPerDollar.value)}`);
  const counted = sizes.map((n) => `${n.toLocaleString('en')} tenants`);

  const groups = new Map<string, CostLine[]>();
  for (const line of model.lines) {
    const key = `${line.stack} | ${line.switch === undefined ? 'always' : `\`${line.switch}\``}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [
    row('stack', 'switch', ...counted),
    row('---', '---', ...sizes.map(() => '---:')),
    ...[...groups].map(([key, lines]) => row(key, ...cells(sum(lines)))),
    row('**all**', 'everything on', ...cells(sum(model.lines)).map((cell) => `**${cell}**`)),
    '',
    '## By line, with the formula',
    '',
    row('stack', 'what', 'a month', ...counted),
    row('---', '---', '---', ...sizes.map(() => '---:')),
    ...model.lines.map((line) =>
      row(line.stack, line.what, `\`${line.formula}\``, ...cost(line).map((usd) => `$${round(usd)}`)),
    ),
    '',
    '## Prices',
    '',
    row('name', 'US dollars', 'per', 'where from'),
    row('---', '---:', '---', '---'),
    ...Object.entries(prices.prices).map(([name, { usd, per, basis }]) => row(`\`${name}\``, String(usd), per, basis)),
    '',
    '## Quantities',
    '',
    row('name', 'value', 'meaning'),
    row('---', '---:', '---'),
    ...Object.entries(model.fixed).map(([name, value]) => row(`\`${name}\``, String(value), 'in every size')),
    ...Object.entries(model.perTenant).map(([name, { value, means }]) =>
      row(`\`${name}\``, String(value), `a tenant and month: ${means}`),
    ),
  ].join('\n');
}

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Whole units; below one, the first digit that is not zero. */
function round(value: number): string {
  return value >= 1 || value === 0 ? Math.round(value).toLocaleString('en') : value.toPrecision(1);
}
