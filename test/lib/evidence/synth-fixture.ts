import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type * as z from 'zod';
import { acknowledgementsSchema, appSchema, outcomesSchema } from '../../../lib/evidence/synth-files';
import { loadRegister } from '../../../policies/load';
import type { Register } from '../../../policies/schema';

/** A folder that no report may name. */
export const CANARY = '/home/canary-of-a-machine/checkout';
export const ACK_ID = 'AwsSolutions::AwsSolutions-S1';
export const REASON = 'The bucket holds the access logs themselves.';

type Acknowledgements = z.infer<typeof acknowledgementsSchema>;
type Outcomes = z.infer<typeof outcomesSchema>;

export const ACKNOWLEDGEMENT: Acknowledgements[number] = {
  ...{ at: 'Data-prod/Logs', findings: [ACK_ID], reason: REASON, owner: 'platform', expires: '2027-03-31' },
  ...{ ticket: 'RISK-1', source: { file: 'lib/data/data-stack.ts', line: 7 } },
};

/** Logs has no access logging, which is acknowledged; Files has. */
const OUTCOMES: Outcomes = [
  {
    pack: 'AwsSolutions',
    outcomes: [
      { rule: 'AwsSolutions-S1', compliant: ['Data-prod/Files/Resource'], broken: ['Data-prod/Logs/Resource'] },
      { rule: 'AwsSolutions-S10', compliant: ['Data-prod/Files/Resource', 'Data-prod/Logs/Resource'], broken: [] },
    ],
  },
  { pack: 'Dpdp', outcomes: [] },
];

/** What may be different from an app in which all is well. */
export interface Fixture {
  readonly stage?: string;
  readonly sourceHash?: string;
  readonly acknowledgements?: Acknowledgements;
  readonly outcomes?: Outcomes;
  /** Paths of constructs that AwsSolutions-S10 finds and nobody acknowledged. */
  readonly failing?: readonly string[];
  readonly resources?: number;
}

/** Writes a synthesised app of two buckets and more into a folder of its own. */
export function writeFixture(fixture: Fixture = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-synth-'));
  for (const [name, content] of Object.entries(fixtureFiles(fixture))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), JSON.stringify(content));
  }
  return folder;
}

function fixtureFiles(fixture: Fixture): Record<string, unknown> {
  const { stage = 'prod', sourceHash = 'x', acknowledgements = [ACKNOWLEDGEMENT], failing = [] } = fixture;
  const more = Array.from({ length: fixture.resources ?? 0 }, (_, i) => `More${i}`);
  const ids = ['Files', 'Logs', ...more];
  const frames = [
    '...new Bucket in aws-cdk-lib...',
    `new Thing (${CANARY}/node_modules/thing/lib/run.ts:3:1)`,
    `new DataStack (${CANARY}/lib/data/data-stack.ts:63:27)`,
  ];
  const outcomes = (fixture.outcomes ?? OUTCOMES).map((pack) => ({
    ...pack,
    outcomes: pack.outcomes.map((one) =>
      one.rule === 'AwsSolutions-S10'
        ? { ...one, compliant: one.compliant.filter((at) => !failing.includes(at)), broken: [...failing] }
        : one,
    ),
  }));
  const violating = (paths: readonly string[]) => paths.map((constructPath) => ({ constructPath }));
  return {
    'manifest.json': {
      artifacts: {
        'Data-prod.assets': { type: 'cdk:asset-manifest' },
        'Data-prod': {
          type: 'aws:cloudformation:stack',
          environment: 'aws://unknown-account/ap-south-1',
          properties: { templateFile: 'Data-prod.template.json' },
          additionalMetadataFile: 'Data-prod.metadata.json',
        },
      },
    },
    'Data-prod.template.json': {
      Resources: Object.fromEntries(ids.map((id) => [`${id}1A2B3C4D`, { Type: 'AWS::S3::Bucket' }])),
    },
    'Data-prod.metadata.json': Object.fromEntries(
      ids.map((id) => [
        `/Data-prod/${id}/Resource`,
        [
          { type: 'aws:cdk:logicalId', data: `${id}1A2B3C4D` },
          { type: 'aws:cdk:creationStack', data: frames },
        ],
      ]),
    ),
    'validation-report.json': {
      pluginReports: [
        {
          pluginName: 'AwsSolutions',
          conclusion: failing.length > 0 ? 'failure' : 'success',
          violations:
            failing.length > 0 ? [{ ruleName: 'AwsSolutions-S10', violatingConstructs: violating(failing) }] : [],
          suppressedViolations: [
            {
              ...{ ruleName: 'AwsSolutions-S1', violatingConstructs: violating(['Data-prod/Logs/Resource']) },
              ...{
                acknowledgedId: ACK_ID,
                acknowledgedAt: 'Data-prod/Logs',
                acknowledgedStackTrace: `at acknowledge (${CANARY}/lib/checks/acknowledge.ts:21:29)\n at ${CANARY}/x.ts:1:2`,
              },
            },
          ],
        },
        { pluginName: 'Dpdp', conclusion: 'success', violations: [] },
      ],
    },
    'evidence/outcomes.json': outcomesSchema.parse(outcomes),
    'evidence/acknowledgements.json': acknowledgementsSchema.parse(acknowledgements),
    'evidence/app.json': appSchema.parse({
      ...{ stage, sourceHash },
      stores: [
        {
          ...{ id: 'files', kind: 's3', at: 'Data-prod/Files', stack: 'Data-prod', region: 'ap-south-1' },
          ...{ dataRole: 'tenant', dataClass: 'customer-files', copyOf: null },
        },
      ],
      switches: [{ id: 'macie', on: true, reason: null }],
    }),
  };
}

type Controls = Register['controls'];

/** The register, but for one control with a promise and an obligation. */
export function registerWith(
  control: Partial<Controls['controls'][number]>,
  status: Controls['statements'][number]['status'] = 'built',
): Register {
  const register = loadRegister();
  const [first] = register.controls.statements;
  if (first === undefined) throw new Error('the register has statements');
  return {
    ...register,
    controls: {
      controls: [
        {
          ...{ id: 'tls', statement: 'Buckets are reached over TLS alone.', status: 'built', keptBy: ['lib/data'] },
          ...{ rules: ['AwsSolutions-S10'], tests: ['test/lib/stage.test.ts'], ...control },
        },
      ],
      statements: [{ ...first, id: 'P1', status, controls: ['tls'], note: undefined }],
      obligations: [
        {
          ...{ id: 'R-6a', citation: 'DPDP Rules 2025, rule 6(1)(a)', requires: 'Personal data is protected.' },
          ...{ inForceFrom: '2027-05-13', statements: ['P1'], status: 'built', controls: ['tls'] },
        },
      ],
    },
  };
}
