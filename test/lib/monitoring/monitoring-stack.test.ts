import { METRIC } from '../../../lambda/shared/names';
import { alarmsOf, fullMonitoring } from '../support/monitoring';
import { templatesOf } from '../support/stages';

const template = fullMonitoring();
const alarms = alarmsOf(template);

/** What alarms watch of our own metrics: `service/metric`. */
const ownMetrics = Object.values(alarms)
  .filter(({ Namespace }) => Namespace === METRIC.namespace)
  .map(({ MetricName, Dimensions = [] }) => [...Dimensions.map(({ Value }) => Value), MetricName].join('/'));

describe('the alarms', () => {
  it('watch what our functions count, and what filters find in logs', () => {
    expect(ownMetrics.sort()).toEqual(
      [
        'erasure/ErasuresFailed',
        'erasure/ErasuresOverdue',
        'erasure/ErasuresSetBack',
        'erasure/ErasuresRescued',
        'erasure/VerifierDisagreements',
        'termination/TerminationsMissedBySchedule',
        'termination/ErasureNoticesLate',
        'termination/TerminationAlarms',
        'legal-holds/HoldsOverdueForReview',
        'transfer/TransfersDeniedBlind',
        'transfer/TransfersFailed',
        'disclosure/NoticesByHand',
        'disclosure/NoticesEscalated',
        'log-integrity/DigestProblems',
        'log-integrity/DigestsValidated',
        'ledger/LedgerFindings',
        'ledger/LedgerReadings',
        'ledger/LedgerQuarantined',
        'ledger/LedgerWitnessFailures',
        'CanariesInLogs',
        'DeniedRegionCall',
        'WriteOutsideIndia',
        'KeyChanged',
        'RootUsed',
        'TrailChanged',
        'LogArchiveChanged',
      ].sort(),
    );
  });

  it('tell people when they go off and when it is over, all of them', () => {
    expect(Object.keys(alarms).length).toBeGreaterThan(50);
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
    for (const [name, { AlarmActions, OKActions }] of Object.entries(alarms))
      expect([name, AlarmActions, OKActions]).toEqual([name, [{ Ref: topic }], [{ Ref: topic }]]);
  });

  it('go off at the first of a thing that must not happen', () => {
    for (const name of ['ErasuresFailed', 'AccountRootUsedAlarm', 'DeadLettersEngineEraseQueue', 'CanaryInLogsAlarm'])
      expect(alarms[name]).toMatchObject({
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
      });
  });

  it('go off as well when those who should look do not come', () => {
    const absences = Object.entries(alarms).filter(([, { TreatMissingData }]) => TreatMissingData === 'breaching');
    expect(absences.map(([name]) => name).sort()).toEqual([
      'AccountDigestsMissing',
      'ErasuresSweeperAbsent',
      'HoldsReviewOverdue',
      'LedgerNotRead',
      'LedgerSequencerAbsent',
      'LedgerWatchmanAbsent',
      'TerminationsSweeperAbsent',
      'TransfersSweeperAbsent',
    ]);
  });
});

it.each(['local', 'dev', 'prod'])('no stack of stage %s but Monitoring has an alarm', (stage) => {
  const { monitoring, ...others } = templatesOf(stage);
  expect(Object.keys(alarmsOf(monitoring)).length).toBeGreaterThan(40);
  for (const other of Object.values(others)) other.resourceCountIs('AWS::CloudWatch::Alarm', 0);
});

it('every log group of the other stacks of prod is searched for canaries', () => {
  const { monitoring, ...others } = templatesOf('prod');
  const groups = Object.values(others).flatMap((other) => Object.keys(other.findResources('AWS::Logs::LogGroup')));
  const filters = Object.values(
    monitoring.findResources('AWS::Logs::MetricFilter', { Properties: { FilterPattern: '%DIGICRM-CANARY%' } }),
  );
  const searched = new Set(filters.map(({ Properties }) => JSON.stringify(Properties.LogGroupName)));
  expect(groups.length).toBeGreaterThan(15);
  expect(searched.size).toBe(groups.length);
  for (const group of groups) expect([...searched].some((name) => name.includes(group))).toBe(true);
});

describe('the topic', () => {
  it('takes messages from alarms and rules of this account alone, over TLS', () => {
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    const statements = policy?.Properties.PolicyDocument.Statement as Record<string, unknown>[];
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Principal }) => Principal)).toEqual([
      { Service: 'cloudwatch.amazonaws.com' },
      { Service: 'events.amazonaws.com' },
    ]);
    for (const { Condition } of allowed) {
      expect(Condition).toMatchObject({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
      expect(JSON.stringify(Condition)).toContain('aws:SourceArn');
    }
  });

  it('is encrypted with a key that those two may use on behalf of this account alone', () => {
    const [topic] = Object.values(template.findResources('AWS::SNS::Topic'));
    expect(topic?.Properties.KmsMasterKeyId).toBeDefined();
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    const statements = key?.Properties.KeyPolicy.Statement as { Principal: { Service?: unknown } }[];
    const ofServices = statements.filter(({ Principal }) => Principal.Service !== undefined);
    expect(ofServices).toEqual([
      expect.objectContaining({
        Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
  });
});

it('grave findings are told with their kind and place, and without an address or a user', () => {
  const [rule] = Object.values(template.findResources('AWS::Events::Rule'));
  expect(rule?.Properties.EventPattern).toEqual({
    source: ['aws.guardduty'],
    'detail-type': ['GuardDuty Finding'],
    detail: { severity: [{ numeric: ['>=', 7] }] },
  });
  const targets = (rule?.Properties.Targets ?? []) as { InputTransformer: { InputPathsMap: Record<string, string> } }[];
  expect(targets.flatMap(({ InputTransformer }) => Object.values(InputTransformer.InputPathsMap)).sort()).toEqual([
    '$.detail.id',
    '$.detail.region',
    '$.detail.severity',
    '$.detail.type',
  ]);
});

it('the on-call page shows every alarm, every queue and every function', () => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  const alarmIds = Object.keys(template.findResources('AWS::CloudWatch::Alarm'));
  for (const id of alarmIds) expect(body).toContain(`["${id}","Arn"]`);
  for (const name of ['EngineEraseQueue', 'LegalHoldsLocksQueue', 'EngineRecorder', 'Authorizer'])
    expect(body).toContain(`label\\":\\"${name}\\"`);
  for (const metric of [
    'ErasuresOverdue',
    'HoldsOverdueForReview',
    'DigestsValidated',
    'TerminationsDue',
    'BlockedRequests',
  ])
    expect(body).toContain(metric);
});

it('an overdue review of a legal hold is told from the first on', () => {
  expect(alarms.HoldsReviewOverdue).toMatchObject({
    Statistic: 'Maximum',
    Period: 86_400,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  });
});
