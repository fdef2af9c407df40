import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../bin/app';
import { testApp } from '../lib/support/stages';

interface Finding {
  readonly ruleName: string;
  readonly acknowledgedId?: string;
  readonly reason?: string;
}
interface PluginReport {
  readonly pluginName: string;
  readonly violations: readonly Finding[];
  readonly suppressedViolations: readonly Finding[];
}

/** What the roles of AWS Backup add. */
const BACKUPS = [
  'AwsSolutions-IAM5[Resource::<store>/backup/*]',
  ...[
    'backup:ap-south-1:<AWS::AccountId>:recovery-point:*',
    'dynamodb:ap-south-1:<AWS::AccountId>:table/digicrm-restored-*',
    'events:ap-south-1:<AWS::AccountId>:rule/AwsBackupManagedRule*',
    's3:::digicrm-restored-*',
    's3:::digicrm-restored-*/*',
  ].map((rest) => `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${rest}]`),
];

/** What the role adds with which the trail writes into its log group, and that of who validates its logs. */
const TRAIL = [
  'AwsSolutions-IAM5[Resource::<bucket>/cloudtrail/*]',
  'AwsSolutions-IAM5[Resource::arn:aws:logs:ap-south-1:<AWS::AccountId>:log-group:<group>:log-stream:<AWS::AccountId>_CloudTrail_ap-south-1*]',
];

/** The finding without the names that differ from store to store. */
function kindOf(ruleName: string): string {
  return ruleName
    .replace(/\[Action::[a-z0-9]+:[A-Za-z]*\*.*\]/, '[Action::<service>]')
    .replace(/\{.*\}/, '<bucket>')
    .replace(/<\w+\.Arn>/, '<store>')
    .replace(/schedule\/<\w+>/, 'schedule/<group>')
    .replace(/log-group:<\w+>/, 'log-group:<group>');
}

function reportsOf(stage: string, account?: string): readonly PluginReport[] {
  const app = testApp({ stage });
  build(app, account, undefined, { now: () => new Date('2026-12-01T00:00:00Z') });
  const { directory } = app.synth();
  return JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')).pluginReports;
}

/** Findings of Dpdp that stay, without what they say in brackets; stages differ by what they lack. */
const DPDP: Readonly<Record<string, readonly string[]>> = {
  local: [
    'Dpdp-ApiBehindWebAcl',
    'Dpdp-DnsQueriesLogged',
    'Dpdp-FlowLogsOn',
    'Dpdp-KeyDeletionAlarmed',
    'Dpdp-WebAclLogged',
  ],
  dev: [],
  prod: [],
};

describe.each(['local', 'dev', 'prod'])('the rule packs in stage %s', (stage) => {
  const reports = reportsOf(stage);
  const suppressedBy = (pack: string) =>
    reports.filter(({ pluginName }) => pluginName === pack).flatMap(({ suppressedViolations }) => suppressedViolations);

  it('find nothing unexplained', () => {
    expect(reports.flatMap(({ violations }) => violations.map((v) => v.ruleName))).toEqual([]);
  });

  it.each(['111122223333', '000000000000'])('find nothing unexplained in account %s either', (account) => {
    expect(reportsOf(stage, account).flatMap(({ violations }) => violations.map((v) => v.ruleName))).toEqual([]);
  });

  it('show a qualified acknowledgement with a reason for each finding that stays', () => {
    expect(suppressedBy('AwsSolutions').length).toBeGreaterThan(0);
    for (const { acknowledgedId, reason } of reports.flatMap((r) => r.suppressedViolations)) {
      expect(acknowledgedId).toMatch(/^(AwsSolutions::AwsSolutions-[A-Z]+\d+|Dpdp::Dpdp-[A-Z]\w+)/);
      expect(reason?.length).toBeGreaterThanOrEqual(20);
    }
  });

  it('acknowledge these findings of Dpdp and no others', () => {
    const kinds = new Set(suppressedBy('Dpdp').map(({ ruleName }) => ruleName.replace(/\[.*\]$/, '')));
    expect([...kinds].sort()).toEqual([...(DPDP[stage] ?? [])].sort());
  });

  it('acknowledge these findings of AwsSolutions and no others', () => {
    const kinds = new Set(suppressedBy('AwsSolutions').map((v) => kindOf(v.ruleName)));
    const ofStage = stage === 'local' ? ['AwsSolutions-APIG3', 'AwsSolutions-VPC7'] : [...BACKUPS, ...TRAIL];
    expect([...kinds].sort()).toEqual(
      [
        'AwsSolutions-COG4',
        'AwsSolutions-COG8',
        // Payloads on their way alone: what was dropped must not come back.
        'AwsSolutions-DDB3',
        'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
        // The permission boundary alone, which grants nothing.
        'AwsSolutions-IAM5[Action::<service>]',
        'AwsSolutions-IAM5[Resource::*]',
        'AwsSolutions-IAM5[Resource::<bucket>/*]',
        'AwsSolutions-IAM5[Resource::<store>/*]',
        'AwsSolutions-IAM5[Resource::arn:aws:ec2:ap-south-1:<AWS::AccountId>:network-interface/*]',
        'AwsSolutions-IAM5[Resource::arn:aws:scheduler:ap-south-1:<AWS::AccountId>:schedule/<group>/tm-*]',
        // Of the ledger's lost batches alone: it is itself where what failed waits.
        'AwsSolutions-SQS3',
        ...ofStage,
      ].sort(),
    );
  });
});
