import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { RULES } from '../../../../lib/checks/dpdp/rules';
import { judge } from './support/judge';

const FOLDERS = ['residency', 'encryption', 'retention', 'access'];
const dir = join(__dirname, '..', '..', '..', '..', 'lib', 'checks', 'dpdp', 'rules');

/** `S3ReplicationInIndia` is in `s3-replication-in-india.ts`. */
function fileOf(id: string): string {
  return `${id
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()}.ts`;
}

/** Names of properties that some rule asks for, and some that none does. */
const NAMES = [
  ...['Bucket', 'Tags', 'Key', 'Value', 'PolicyDocument', 'Statement', 'Action', 'Resource', 'Effect', 'Principal'],
  ...['KmsMasterKeyId', 'KeyPolicy', 'LifecycleConfiguration', 'Rules', 'Status', 'RetentionInDays', 'Environment'],
  ...[
    'Variables',
    'ReplicationConfiguration',
    'Region',
    'Fn::If',
    'Fn::GetAtt',
    'Fn::Join',
    'Ref',
    'Fn::Sub',
    'Whatever',
  ],
];

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -1,
      366,
      '',
      '*',
      'AWS::NoValue',
      'eu-west-1',
      'arn:aws:s3:::x',
      'Enabled',
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('the rules of the pack', () => {
  it('have ids of their own', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  });

  it.each(RULES.map((rule) => [rule.id, rule] as const))(
    '%s says what it wants, why, and how to get there',
    (id, rule) => {
      expect(id).toMatch(/^[A-Z][A-Za-z0-9]+$/);
      for (const text of [rule.title, rule.why, rule.fix]) expect(text).toMatch(/^[A-Z`].{15,}\.$/);
      for (const { law, provision } of rule.serves) expect(`${law}, ${provision}`).toMatch(/^[A-Z].*, \S.*/);
    },
  );

  it.each(RULES.map(({ id }) => id))('%s has a file of its own', (id) => {
    expect(FOLDERS.filter((folder) => existsSync(join(dir, folder, fileOf(id))))).toHaveLength(1);
  });

  it.each(RULES.map((rule) => [rule.id, rule] as const))(
    '%s has an answer for whatever a template may hold',
    (_, rule) => {
      const type = rule.types[0] === '*' ? 'AWS::Made::Up' : rule.types[0];
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...NAMES), json, { maxKeys: 6 }), (properties) => {
          const verdict = judge(rule, { It: { Type: type, Properties: properties } }).It;
          expect(Array.isArray(verdict) || ['compliant', 'not-applicable', 'broken'].includes(String(verdict))).toBe(
            true,
          );
        }),
        { numRuns: 100 },
      );
    },
  );
});
