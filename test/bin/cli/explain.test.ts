import { EXIT } from '../../../bin/cli/exit';
import { main } from '../../../bin/cli/main';
import { decisionSchema } from '../../../lambda/retention/decision';
import { loadRegister } from '../../../policies/load';

const register = loadRegister();

async function explain(...args: string[]) {
  const printed = { out: '', err: '' };
  const code = await main(['explain', ...args], {
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
  });
  return { code, ...printed };
}

async function answers(...args: string[]) {
  const { code, out } = await explain(...args, '--json');
  expect(code).toBe(EXIT.ok);
  return JSON.parse(out);
}

describe('digicrm explain', () => {
  it('answers for every class without a deployment', async () => {
    for (const all of [[], ['--all']]) {
      const document = await answers('--as-of', '2027-06-01', ...all);
      expect(document.answers.map((answer: { facts: { dataClass: string } }) => answer.facts.dataClass)).toEqual(
        register.data.classes.map(({ id }) => id),
      );
      for (const { decision } of document.answers) expect(decisionSchema.parse(decision)).toEqual(decision);
    }
  });

  it('says in plain English what is done, until when and by which law', async () => {
    const { code, out } = await explain('--class', 'crm-records', '--tenant', 'acme', '--as-of', '2027-06-01');
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('tenant    acme\n');
    expect(out).toContain('crm-records: Sealed now');
    expect(out).toMatch(/rule 8\(3\).*2028-06-01/);
  });

  it('asks about one person where a subject is named', async () => {
    const document = await answers('--subject', 's-1', '--class', 'crm-records', '--as-of', '2027-06-01');
    expect(document).toMatchObject({ tenant: null, subject: 's-1' });
    expect(document.answers[0].facts).toMatchObject({ scope: 'subject', reason: 'subject-request' });
    expect(document.answers[0].decision.rules.map((rule: { ruleId: string }) => rule.ruleId)).toContain(
      'right-to-erasure',
    );
  });

  it.each([
    [['--as-of', '2026-11-22'], 'erase'],
    [['--as-of', '2026-11-22', '--reason', 'none'], 'hold'],
    [['--as-of', '2026-12-10', '--terminated-at', '2026-12-01'], 'hold'],
    [['--as-of', '2026-12-10', '--terminated-at', '2026-12-01', '--requested-at', '2026-12-05'], 'erase'],
    [['--as-of', '2026-12-10', '--reason', 'none', '--consent-withdrawn-at', '2026-12-05'], 'erase'],
    [['--as-of', '2027-06-01T00:00:00+05:30', '--last-processed', '2027-05-12'], 'erase'],
    [['--as-of', '2026-11-22', '--hold', 'm-1=2027-01-01', '--hold', 'm-2=2027-02-01'], 'hold'],
  ])('takes %j', async (args, outcome) => {
    const document = await answers('--class', 'crm-records', ...args);
    expect(document.answers[0].decision.outcome).toBe(outcome);
  });

  it('passes on what it is told of books, fields and holds', async () => {
    const document = await answers(
      ...['--class', 'statutory-books', '--financial-year-end', '2027-03-31', '--annual-return-due', '2027-12-31'],
      ...['--entity-type', 'firm', '--field', 'invoiceNumber, gstin', '--as-of', '2028-02-01'],
    );
    expect(document.answers[0]).toMatchObject({
      facts: { entityType: 'firm', fields: ['invoiceNumber', 'gstin'] },
      decision: { outcome: 'seal', notBefore: '2034-04-01' },
    });
  });

  it.each([
    [['--class', 'crm-record'], /no data class "crm-record": use one of customer-files/],
    [['--class', 'exports', '--all'], /--class or --all, not both/],
    [['--reason', 'because'], /"because" is no reason: use one of tenant-request/],
    [['--as-of', 'tomorrow'], /a date such as 2027-06-01/],
    [['--last-processed', '2027-02-29'], /a date such as 2027-06-01/],
    [['--hold', 'm-1'], /a date such as 2027-06-01/],
    [['--hold', '=2027-01-01'], /an id and a review date/],
  ])('calls %j wrong usage', async (args, message) => {
    const { code, err } = await explain(...args);
    expect(code).toBe(EXIT.usage);
    expect(err).toMatch(message);
  });
});
