import { alarmsTellSomebody } from '../../../../../lib/checks/dpdp/rules/access/alarms-tell-somebody';
import { apiAccessLogged } from '../../../../../lib/checks/dpdp/rules/access/api-access-logged';
import { flowLogsOn } from '../../../../../lib/checks/dpdp/rules/access/flow-logs-on';
import { trailValidatesDigests } from '../../../../../lib/checks/dpdp/rules/access/trail-validates-digests';
import { webAclLogged } from '../../../../../lib/checks/dpdp/rules/access/web-acl-logged';
import { judge } from '../support/judge';

const either = (yes: unknown, no: unknown = { Ref: 'AWS::NoValue' }) => ({ 'Fn::If': ['Condition', yes, no] });

describe('logging and alarms', () => {
  it('wants trails that log, with digests, under a key', () => {
    const judged = (Properties: Record<string, unknown>) =>
      judge(trailValidatesDigests, { It: { Type: 'AWS::CloudTrail::Trail', Properties } }).It;
    const good = { IsLogging: 'true', EnableLogFileValidation: true, KMSKeyId: { Ref: 'KeyParameter' } };
    expect(judged(good)).toEqual([]);
    expect(judged({ ...good, IsLogging: either(true, false) })).toEqual(['IsLogging']);
    expect(judged({ IsLogging: true })).toEqual(['EnableLogFileValidation', 'KMSKeyId']);
    expect(judged({ ...good, KMSKeyId: either('key') })).toEqual(['KMSKeyId']);
  });

  it('wants an access log of each stage, whatever a condition decides', () => {
    const judged = (Type: string, Properties: Record<string, unknown>) =>
      judge(apiAccessLogged, { It: { Type, Properties } }).It;
    const log = { DestinationArn: { 'Fn::GetAtt': ['Log', 'Arn'] } };
    expect(judged('AWS::ApiGateway::Stage', { AccessLogSetting: log })).toBe('compliant');
    expect(judged('AWS::ApiGatewayV2::Stage', { AccessLogSettings: log })).toBe('compliant');
    expect(judged('AWS::ApiGatewayV2::Stage', { AccessLogSetting: log })).toBe('broken');
    expect(judged('AWS::ApiGateway::Stage', { AccessLogSetting: either(log) })).toBe('broken');
    expect(judged('AWS::ApiGateway::Stage', {})).toBe('broken');
  });

  it('wants a flow log of all traffic of this network', () => {
    const judged = (Properties: Record<string, unknown>) =>
      judge(flowLogsOn, { It: { Type: 'AWS::EC2::VPC' }, Log: { Type: 'AWS::EC2::FlowLog', Properties } }).It;
    expect(judged({ ResourceId: { Ref: 'It' }, TrafficType: 'ALL' })).toBe('compliant');
    expect(judged({ ResourceId: { Ref: 'It' }, TrafficType: 'REJECT' })).toBe('broken');
    expect(judged({ ResourceId: { Ref: 'Another' }, TrafficType: 'ALL' })).toBe('broken');
  });

  it('wants a log of this web ACL', () => {
    const judged = (of: string) =>
      judge(webAclLogged, {
        It: { Type: 'AWS::WAFv2::WebACL' },
        Log: { Type: 'AWS::WAFv2::LoggingConfiguration', Properties: { ResourceArn: { 'Fn::GetAtt': [of, 'Arn'] } } },
      }).It;
    expect(judged('It')).toBe('compliant');
    expect(judged('Another')).toBe('broken');
  });

  it('wants an action of each alarm, save of parts of a composite alarm', () => {
    const judged = (Properties: Record<string, unknown>, AlarmRule: unknown = 'TRUE') =>
      judge(alarmsTellSomebody, {
        It: { Type: 'AWS::CloudWatch::Alarm', Properties },
        All: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule } },
      }).It;
    expect(judged({ AlarmActions: [{ Ref: 'Topic' }] })).toBe('compliant');
    expect(judged({ AlarmActions: [{ Ref: 'Topic' }], ActionsEnabled: 'false' })).toBe('broken');
    expect(judged({ AlarmActions: [either({ Ref: 'Topic' })] })).toBe('broken');
    expect(judged({ OKActions: [{ Ref: 'Topic' }] })).toBe('broken');
    expect(judged({}, { 'Fn::Sub': 'ALARM($' + '{It.Arn})' })).toBe('not-applicable');
  });
});
