import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../../lib/checks/dpdp/rules';
import { danglingEvidence } from '../../../lib/evidence/dangling';
import { knownRules } from '../../../lib/evidence/rule-ids';
import { linesOf, loadRegister } from '../../../policies/load';
import { lineOf } from '../../policies/broken-register';

const ROOT = join(__dirname, '..', '..', '..');
const register = loadRegister();
const rules = knownRules();
const exists = (path: string) => existsSync(join(ROOT, path));
const everything = () => true;

/** The register, with a change to the control that stands first. */
function changed(change: { keptBy?: string[]; rules?: string[]; tests?: string[] }) {
  const copy = structuredClone(register);
  const [first] = copy.controls.controls;
  Object.assign(first ?? {}, { keptBy: [], rules: [], tests: [], ...change });
  return copy;
}

describe('evidence that the register names', () => {
  it('is there: each file, test and rule', () => {
    const dangling = linesOf(danglingEvidence(register, rules, exists));
    // Until the DPDP pack has rules, none can be looked up.
    expect(RULES.length === 0 ? dangling.filter((line) => !line.includes('"Dpdp-')) : dangling).toEqual([]);
  });

  it('is missed with file and line where a test was renamed', () => {
    const gone = 'test/lambda/erasure/service.test.ts';
    const found = danglingEvidence(register, rules, (path) => path !== gone && exists(path));
    expect(linesOf(found.filter(({ message }) => message.includes(gone)))).toEqual([
      `policies/controls.yaml:${lineOf('controls.yaml', `- ${gone}`)}: controls[4].tests[0]: expected a file of tests of this repository, got "${gone}"`,
    ]);
  });

  it('is missed where a file was moved', () => {
    expect(danglingEvidence(changed({ keptBy: ['lib/nowhere.ts'] }), rules, exists)).toContainEqual({
      file: 'controls',
      path: ['controls', 0, 'keptBy', 0],
      message: 'expected a file or folder of this repository, got "lib/nowhere.ts"',
    });
  });

  it.each(['AwsSolutions-S99', 'AwsSolution-S1', 'Dpdp-NoSuchRule', 'Serverless-LambdaTracing'])(
    'is missed where no pack has the rule %s',
    (rule) => {
      expect(danglingEvidence(changed({ rules: [rule] }), rules, everything)).toContainEqual({
        file: 'controls',
        path: ['controls', 0, 'rules', 0],
        message: `expected a rule of the packs, got "${rule}"`,
      });
    },
  );
});

describe('the rules that evidence can name', () => {
  it('are those of both packs', () => {
    expect([...rules].filter((id) => id.startsWith('AwsSolutions-')).length).toBeGreaterThan(100);
    expect([...rules].filter((id) => id.startsWith('Dpdp-'))).toEqual(RULES.map(({ id }) => `Dpdp-${id}`));
    for (const id of ['AwsSolutions-S1', 'AwsSolutions-DDB3', 'AwsSolutions-IAM5']) expect(rules).toContain(id);
  });
});
