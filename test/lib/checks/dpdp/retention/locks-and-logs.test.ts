import { eventsLapse } from '../../../../../lib/checks/dpdp/rules/retention/events-lapse';
import { functionsNameTheirLogGroup } from '../../../../../lib/checks/dpdp/rules/retention/functions-name-their-log-group';
import { locksNoLongerThanTheirClass } from '../../../../../lib/checks/dpdp/rules/retention/locks-no-longer-than-their-class';
import { logsDoNotStayForever } from '../../../../../lib/checks/dpdp/rules/retention/logs-do-not-stay-forever';
import { logsKeptLongEnough } from '../../../../../lib/checks/dpdp/rules/retention/logs-kept-long-enough';
import { loadRegister } from '../../../../../policies/load';
import { FACTS, judge } from '../support/judge';
import { bucket } from './support/stores';

describe('the facts', () => {
  const { retention, data } = loadRegister();
  const { lifecycle, backups } = retention;
  const known = data.classes.map(({ id }) => id);

  it('have the locks of the register', () => {
    const books = retention.rules.filter(
      ({ kind, appliesTo }) => kind === 'floor' && appliesTo.classes?.includes('statutory-books'),
    );
    const years = Math.max(...books.map(({ period }) => (period?.unit === 'years' ? period.value : 0)));
    expect(FACTS.longestLockDays).toEqual({
      'security-logs': lifecycle.logLockDays.days,
      ledger: lifecycle.ledgerLockDays.days,
      'statutory-books': years * 365 + Math.ceil(years / 4),
    });
  });

  it('have the days of the register', () => {
    const window = retention.rules.find(({ id }) => id === 'recovery-window')?.period;
    expect(window).toEqual({ unit: 'days', value: FACTS.recoveryWindowDays });
    expect(FACTS.longestBackupDays).toBe(backups.ceilingDays.days);
    expect(FACTS.logRetentionDays).toBe(lifecycle.logLockDays.days);
  });

  it('name classes and roles that the register knows', () => {
    const { expiringClasses, sealedClasses, terminationRoles } = FACTS;
    expect(known).toEqual(expect.arrayContaining([...expiringClasses, ...sealedClasses]));
    const window = retention.rules.find(({ id }) => id === 'recovery-window');
    expect([...terminationRoles].sort()).toEqual([...(window?.appliesTo.roles ?? [])].sort());
  });

  it('let nothing be locked for good that may not be locked at all', () => {
    expect(Object.keys(FACTS.longestLockDays)).toEqual(expect.arrayContaining(FACTS.complianceLockClasses));
  });
});

describe('logs', () => {
  const verdicts = (RetentionInDays: unknown, more = {}) => {
    const group = { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays, ...more } };
    return [judge(logsKeptLongEnough, { It: group }).It, judge(logsDoNotStayForever, { It: group }).It];
  };

  it.each([
    [400, 'compliant', 'compliant'],
    ['400', 'compliant', 'compliant'],
    [{ 'Fn::If': ['C', 400, 731] }, 'compliant', 'compliant'],
    [365, 'broken', 'compliant'],
    [{ 'Fn::If': ['C', 400, 30] }, 'broken', 'compliant'],
    [{ Ref: 'Days' }, 'broken', 'compliant'],
    [undefined, 'compliant', 'broken'],
    [{ 'Fn::If': ['C', 400, { Ref: 'AWS::NoValue' }] }, 'compliant', 'broken'],
  ])('kept for %j days are %s as to the year and %s as to their end', (days, enough, ends) => {
    expect(verdicts(days)).toEqual([enough, ends]);
  });

  it('are too short in the class that ignores the number', () => {
    expect(verdicts(400, { LogGroupClass: 'DELIVERY' })[0]).toBe('broken');
  });

  it('of the older custom resource are judged as well', () => {
    const retention = { Type: 'Custom::LogRetention', Properties: { RetentionInDays: 7 } };
    expect(judge(logsKeptLongEnough, { It: retention }).It).toBe('broken');
  });
});

describe('FunctionsNameTheirLogGroup', () => {
  const lambda = (properties: Record<string, unknown>) => ({ Type: 'AWS::Lambda::Function', Properties: properties });
  const group = (LogGroupName: unknown) => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName } });

  it.each([
    [lambda({ LoggingConfig: { LogGroup: { Ref: 'Logs' } } }), group(undefined)],
    [lambda({ FunctionName: 'send' }), group('/aws/lambda/send')],
    [lambda({}), group({ 'Fn::Join': ['', ['/aws/lambda/', { Ref: 'It' }]] })],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what a template has
    [lambda({}), group({ 'Fn::Sub': '/aws/lambda/${It}' })],
  ])('is content with %j beside %j', (It, Logs) => {
    expect(judge(functionsNameTheirLogGroup, { It, Logs }).It).toBe('compliant');
  });

  it.each([
    [lambda({}), group(undefined)],
    [lambda({ FunctionName: 'send' }), group('/aws/lambda/other')],
    [lambda({ LoggingConfig: { LogFormat: 'JSON' } }), group('logs')],
    [lambda({ LoggingConfig: { 'Fn::If': ['C', { LogGroup: 'x' }, { Ref: 'AWS::NoValue' }] } }), group('logs')],
  ])('finds %j beside %j', (It, Logs) => {
    expect(judge(functionsNameTheirLogGroup, { It, Logs }).It).toBe('broken');
  });
});

describe('LocksNoLongerThanTheirClass', () => {
  const verdict = (dataClass: string | undefined, DefaultRetention: unknown) => {
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } };
    return judge(locksNoLongerThanTheirClass, { It: bucket(undefined, { dataClass, ObjectLockConfiguration }) }).It;
  };

  it.each([
    ['security-logs', { Mode: 'COMPLIANCE', Days: 366 }],
    ['security-logs', { Mode: 'GOVERNANCE', Years: '1' }],
    ['ledger', { Mode: 'COMPLIANCE', Days: '1096' }],
    ['statutory-books', { Mode: 'COMPLIANCE', Years: 8 }],
    ['security-logs', { 'Fn::If': ['C', { Mode: 'COMPLIANCE', Days: 366 }, { Mode: 'GOVERNANCE', Days: 1 }] }],
  ])('is content with %s locked by %j', (dataClass, retention) => {
    expect(verdict(dataClass, retention)).toBe('compliant');
  });

  it.each([
    ['security-logs', { Mode: 'COMPLIANCE', Days: 367 }],
    ['security-logs', { Mode: 'COMPLIANCE', Years: 7 }],
    ['security-logs', { Mode: 'COMPLIANCE', Days: { Ref: 'Days' } }],
    ['security-logs', { Mode: { Ref: 'Mode' }, Days: 366 }],
    ['security-logs', { Mode: 'COMPLIANCE' }],
    ['security-logs', { Ref: 'Retention' }],
    ['customer-files', { Mode: 'GOVERNANCE', Days: 1 }],
    [undefined, { Mode: 'COMPLIANCE', Days: 1 }],
  ])('finds %s locked by %j', (dataClass, retention) => {
    expect(verdict(dataClass, retention)).toBe('broken');
  });

  it('finds a lock for good where the class may have the days and not the mode', () => {
    const lock = (Mode: string) => ({ ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode, Days: 30 } } } });
    const facts = { longestLockDays: { 'crm-records': 30 } };
    const said = (mode: string) =>
      judge(
        locksNoLongerThanTheirClass,
        { It: bucket(undefined, { dataClass: 'crm-records', ...lock(mode) }) },
        { facts },
      ).It;
    expect([said('GOVERNANCE'), said('COMPLIANCE')]).toEqual(['compliant', 'broken']);
  });

  it('has nothing to say of a bucket whose objects are locked one by one', () => {
    const plain = bucket(undefined, { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } });
    expect(judge(locksNoLongerThanTheirClass, { It: plain }).It).toBe('not-applicable');
  });
});

describe('EventsLapse', () => {
  it.each([
    ['compliant', 'AWS::Events::Archive', { RetentionDays: 30 }],
    ['broken', 'AWS::Events::Archive', {}],
    ['broken', 'AWS::Events::Archive', { RetentionDays: 0 }],
    ['broken', 'AWS::Events::Archive', { RetentionDays: { Ref: 'Days' } }],
    ['compliant', 'AWS::Kinesis::Stream', {}],
    ['compliant', 'AWS::Kinesis::Stream', { RetentionPeriodHours: '168' }],
    ['broken', 'AWS::Kinesis::Stream', { RetentionPeriodHours: 8760 }],
  ])('says %s of an %s with %j', (expected, Type, Properties) => {
    expect(judge(eventsLapse, { It: { Type, Properties } }).It).toBe(expected);
  });
});
