import { App, Stack, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  type Acknowledgement,
  acknowledge,
  acknowledgementsOf,
  acknowledgeWildcard,
  type FindingId,
} from '../../../lib/checks/acknowledge';

const terms: Acknowledgement = {
  reason: 'a reason that explains why the finding may stay',
  owner: 'platform',
  expires: '2027-06-30',
  ticket: 'RISK-7',
};
const id = 'AwsSolutions::AwsSolutions-S1';

function construct(): Construct {
  return new Construct(new Stack(new App(), 'Data'), 'Files');
}

describe('acknowledge', () => {
  it.each<FindingId>([
    id,
    `${id}[Resource::*]`,
    'Dpdp::Dpdp-TrailOn',
    'NIST.800.53.R5::NIST.800.53.R5-S3BucketLogging',
  ])('takes the qualified id %s with a reason, an owner, a last day and a ticket', (qualified) => {
    expect(() => acknowledge(construct(), terms, qualified)).not.toThrow();
  });

  it.each([
    ['reason', '', 'reason: say in at least 20 characters'],
    ['reason', '   ', 'reason: say in at least 20 characters'],
    ['reason', `by design${' '.repeat(20)}`, 'reason: say in at least 20 characters'],
    ['owner', '', 'owner: a role such as platform'],
    ['owner', 'Asha Rao', 'owner: a role such as platform'],
    ['expires', '2027-02-30', 'expires: '],
    ['expires', '30.06.2027', 'expires: '],
    ['expires', undefined, 'expires: '],
    ['ticket', 'soon', 'ticket: an id such as RISK-7'],
  ])('refuses the %s "%s" and names the construct', (field, value, message) => {
    const wrong = { ...terms, [field]: value } as Acknowledgement;
    expect(() => acknowledge(construct(), wrong, id)).toThrow(
      `Data/Files: the acknowledgement is not complete: ${message}`,
    );
    expect(() => acknowledgeWildcard(construct(), wrong, 'arn:aws:s3:::x/*')).toThrow(message);
  });

  it('refuses a field that it does not know', () => {
    expect(() => acknowledge(construct(), { ...terms, until: 'never' } as Acknowledgement, id)).toThrow(/"until"/);
  });

  it.each(['AwsSolutions-S1', '::S1', 'AwsSolutions::', 'Annotation::AwsSolutions-S1', 'Construct-Annotations::S1'])(
    'refuses the id %s, which names no pack',
    (unqualified) => {
      expect(() => acknowledge(construct(), terms, unqualified as FindingId)).toThrow(
        `Data/Files: "${unqualified}" is not a qualified id`,
      );
    },
  );

  it('refuses to acknowledge nothing', () => {
    expect(() => acknowledge(construct(), terms)).toThrow('qualified id');
  });

  it('remembers who answers for what, and file and line of the call', () => {
    const files = construct();
    acknowledge(files, terms, id);
    expect(acknowledgementsOf(files)).toEqual([
      {
        construct: files,
        terms,
        findings: [id],
        source: { file: 'test/lib/checks/acknowledge.test.ts', line: expect.any(Number) },
      },
    ]);
  });

  it('tells the apps apart', () => {
    acknowledge(construct(), terms, id);
    expect(acknowledgementsOf(construct())).toEqual([]);
  });

  it('acknowledges a wildcard once its ARN is known, and once only', () => {
    const files = construct();
    acknowledgeWildcard(files, terms, 'arn:aws:s3:::x/*');
    expect(acknowledgementsOf(files)).toEqual([]);
    files.node.validate();
    files.node.validate();
    expect(acknowledgementsOf(files).map(({ findings, source }) => [findings, source?.file])).toEqual([
      [['AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:s3:::x/*]'], 'test/lib/checks/acknowledge.test.ts'],
    ]);
    expect(files.node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)).toHaveLength(
      1,
    );
  });
});
