import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRegister } from '../../../policies/load';
import { loadPolicies, wordsOf } from '../../../policies/transfers/load';
import { problemsOf } from '../broken-register';

const TRANSFERS = join(__dirname, '..', '..', '..', 'policies', 'transfers');
const words = wordsOf(loadRegister().transfers);
const SCHEMA = 'transfers.cedarschema';

/** Problems of a folder with the real schema and these files. */
function problemsIn(files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'transfers-'));
  const dir = join(root, 'policies', 'transfers');
  try {
    mkdirSync(dir, { recursive: true });
    cpSync(join(TRANSFERS, SCHEMA), join(dir, SCHEMA));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    return problemsOf(() => loadPolicies(dir, words));
  } finally {
    rmSync(root, { recursive: true });
  }
}

interface Written {
  readonly id?: string;
  readonly head?: string;
  readonly resource?: string;
  readonly rest?: string;
}

/** A policy as it should be, apart from what is changed. */
function policy({ id = 'never.tested', head = 'forbid', resource = 'resource', rest }: Written): string {
  return `@id("${id}")
@statement("Nothing goes that this test does not want.")
@citation("DPDP Act 2023, s.8(2)")
${head} (
  principal,
  action == Action::"transfer",
  ${resource}
)
${rest ?? 'unless { context.evidenced }'};
`;
}

const problemsWith = (written: Written) => problemsIn({ 'x.cedar': policy(written) });

describe('loadPolicies', () => {
  it('reads the policies of this repository, each with its law', () => {
    const { policies, schema } = loadPolicies();
    expect(policies.length).toBeGreaterThan(20);
    expect(policies.map(({ id }) => id)).toEqual([...policies.map(({ id }) => id)].sort());
    for (const { statement, citation } of policies) {
      expect(statement).toMatch(/^[A-Z].+\.$/);
      expect(citation).toMatch(/Act|Rules|RBI|TRAI|CERT-In|policy/);
    }
    expect(Object.keys(schema[''] ?? {})).toEqual(['entityTypes', 'actions']);
  });

  it('gives plain JSON, as it goes into a bundle', () => {
    const loaded = loadPolicies();
    expect(JSON.parse(JSON.stringify(loaded))).toEqual(loaded);
  });

  it('tells the kind of processor that a policy is about', () => {
    const kinds = new Map(loadPolicies().policies.map(({ id, kind }) => [id, kind]));
    expect(kinds.get('never.sms-without-registration')).toBe('sms');
    expect(kinds.get('never.restricted-country')).toBeNull();
  });

  it('takes a policy that is as it should be', () => {
    expect(problemsWith({})).toEqual([]);
  });

  it.each<[string, Written, string]>([
    [
      'a restriction that says what is bad',
      { rest: 'when { !context.evidenced }' },
      'expected forbid … unless { what is good }',
    ],
    ['a restriction without a condition', { rest: '' }, 'expected forbid … unless { what is good }'],
    ['two conditions', { rest: 'unless { context.evidenced }\nunless { context.dlt }' }, 'with one clause'],
    [
      'a permission that says what is bad',
      {
        id: 'permit.tested',
        head: 'permit',
        resource: 'resource in Kind::"sms"',
        rest: 'unless { context.commercial }',
      },
      'expected permit … when { what is allowed }',
    ],
    [
      'a permission for every kind',
      { id: 'permit.tested', head: 'permit', rest: 'when { context.evidenced }' },
      'expected a permit for one kind of processor',
    ],
    [
      'a permission called never',
      { head: 'permit', rest: 'when { context.evidenced }' },
      'begins with "permit." for permit',
    ],
    ['a restriction called permit', { id: 'permit.tested' }, 'expected an @id that begins with "never." for forbid'],
    ['an id that is none', { id: 'Never' }, 'expected an @id such as never.restricted-country'],
    ['a kind that nobody knows', { resource: 'resource in Kind::"fax"' }, 'expected a kind of the register, got "fax"'],
    [
      'a rule about one processor',
      { resource: 'resource == Processor::"msg91"' },
      'expected "resource" alone or a kind',
    ],
    ['an attribute that the schema lacks', { rest: 'unless { context.evidense }' }, 'attribute `evidense`'],
    ['types that do not fit', { rest: 'unless { context.today == "2026-12-01" }' }, '2026-12-01'],
    ['a condition that is always so', { rest: 'unless { true }' }, 'impossible'],
    ['a misspelt purpose', { rest: 'unless { context.purpose == "campaing" }' }, 'for purpose, got "campaing"'],
    ['a misspelt ground', { rest: 'unless { ["concent"].contains(context.basis) }' }, 'for basis, got "concent"'],
    [
      'a misspelt category',
      { rest: 'unless { !context.categories.contains("helth") }' },
      'for categories, got "helth"',
    ],
    ['a misspelt role', { rest: 'unless { context.dataRole != "book" }' }, 'for dataRole, got "book"'],
    [
      'a misspelt kind',
      { rest: 'unless { resource in Kind::"clowd" }' },
      'expected a kind of the register, got "clowd"',
    ],
    ['a country by its name', { rest: 'unless { resource.countries == ["India"] }' }, 'expected a country such as IN'],
    [
      'a word that is compared with none',
      { rest: 'unless { "a" == "b" || context.dlt }' },
      'to be compared with a word',
    ],
  ])('refuses %s', (_, written, problem) => {
    const problems = problemsWith(written);
    expect(problems.join('\n')).toContain(problem);
    for (const line of problems) expect(line).toMatch(/^policies\/transfers\/x\.cedar:\d+: \S/);
  });

  it.each(['statement', 'citation'])('refuses a policy without @%s', (name) => {
    const text = policy({}).replace(new RegExp(`@${name}.*\\n`), '');
    expect(problemsIn({ 'x.cedar': text })).toEqual([
      `policies/transfers/x.cedar:1: expected @${name} with at least 10 characters`,
    ]);
  });

  it('refuses a policy for one tenant and for another action', () => {
    const tenant = policy({}).replace('principal,', 'principal == Tenant::"a",');
    expect(problemsIn({ 'x.cedar': tenant }).join()).toContain('expected a policy for every tenant');
    const action = policy({}).replace('action == Action::"transfer"', 'action');
    expect(problemsIn({ 'x.cedar': action }).join()).toContain('expected action == Action::"transfer"');
  });

  it('names file and line of what cannot be parsed, after letters of several bytes', () => {
    const text = `// न\n${policy({}).replace('context.evidenced', 'context.evidenced &&')}`;
    expect(problemsIn({ 'x.cedar': text })).toEqual([expect.stringMatching(/^policies\/transfers\/x\.cedar:10: /)]);
  });

  it('refuses a template, which would apply to nobody', () => {
    const text = policy({}).replace('principal,', 'principal == ?principal,');
    expect(problemsIn({ 'x.cedar': text })).toEqual([expect.stringContaining('expected no templates')]);
  });

  it('refuses an id that stands in two files, and names both', () => {
    expect(problemsIn({ 'a.cedar': policy({}), 'b.cedar': policy({}) })).toEqual([
      'policies/transfers/b.cedar:1: expected a new @id, got "never.tested" again (policies/transfers/a.cedar:1)',
    ]);
  });

  it('refuses another format than that of Cedar', () => {
    expect(problemsIn({ 'x.cedar': policy({}).replace('unless { context', 'unless {context') })).toEqual([
      'policies/transfers/x.cedar:9: expected Cedar\'s format, here "unless { context.evidenced };"',
    ]);
  });

  it('refuses a folder without policies, which would deny everything', () => {
    expect(problemsIn({})).toEqual(['policies/transfers: expected policies in files such as residency.cedar']);
  });

  it('refuses a schema that cannot be read', () => {
    const text = readFileSync(join(TRANSFERS, SCHEMA), 'utf8').replace('entity Kind;', 'entity Kind');
    expect(problemsIn({ 'x.cedar': policy({}), [SCHEMA]: text })[0]).toMatch(
      /^policies\/transfers\/transfers\.cedarschema:\d+: /,
    );
  });
});
