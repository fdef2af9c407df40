import { type Answer, type Context, type Document, decide, type Policies, type Who } from './support';

/** Who does what, on what, under which conditions, and what AWS answers. */
export type Row = readonly [who: string, does: string, on: string, under: Context, answer: Answer];

/** A table of requests, and the policies that it is about. */
export interface Suite {
  /** Policies under test, by name. */
  readonly documents: Readonly<Record<string, Document>>;
  /** Callers, by the words of the table. */
  readonly who: Readonly<Record<string, Who>>;
  /** ARNs, by the words of the table. */
  readonly on: Readonly<Record<string, string>>;
  /** Conditions of every request, where the row says nothing else. */
  readonly always?: Context;
  /** How the documents take part in a decision about that thing. */
  policies(documents: Readonly<Record<string, Document>>, on: string): Policies;
  readonly rows: readonly Row[];
}

/** Runs the table; then takes away one denying statement after the other, each of which a row has to miss. */
export function testTable(suite: Suite): void {
  testRows(suite);
  it.each(denials(suite))('misses %s of %s', async (sid, name) => {
    const weaker = { ...suite, documents: { ...suite.documents, [name]: without(suite.documents[name], sid) } };
    expect(await rowsWithAnotherAnswer(weaker)).not.toEqual([]);
  });
}

/** Runs the table alone. */
export function testRows(suite: Suite): void {
  it.each(suite.rows)('%s: %s on %s, with %j, is %s', async (...row) => {
    expect(await answerTo(suite, row)).toBe(row[4]);
  });
}

/** The rows that these policies answer differently from the table. */
async function rowsWithAnotherAnswer(suite: Suite): Promise<Row[]> {
  const answers = await Promise.all(suite.rows.map(async (row) => [row, await answerTo(suite, row)] as const));
  return answers.filter(([row, answer]) => answer !== row[4]).map(([row]) => row);
}

function answerTo(suite: Suite, [who, does, on, under]: Row): Promise<Answer> {
  const caller = suite.who[who];
  const arn = suite.on[on];
  if (!caller || arn === undefined) throw new Error(`The table knows no ${caller ? on : who}.`);
  const context = { ...suite.always, ...caller.context };
  return decide({ ...caller, context }, does, arn, under, suite.policies(suite.documents, on));
}

/** Every denying statement: its Sid, or its number where it has none, and the policy that it stands in. */
function denials({ documents }: Suite): [sid: string, name: string][] {
  return Object.entries(documents).flatMap(([name, { Statement }]) =>
    Statement.flatMap((statement, i): [string, string][] =>
      statement.Effect === 'Deny' ? [[idOf(statement, i), name]] : [],
    ),
  );
}

function without(document: Document | undefined, sid: string): Document {
  if (!document) throw new Error('no such policy');
  return { ...document, Statement: document.Statement.filter((statement, i) => idOf(statement, i) !== sid) };
}

function idOf({ Sid }: Document['Statement'][number], i: number): string {
  return Sid ?? `#${i}`;
}
