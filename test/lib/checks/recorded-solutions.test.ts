import { App, Stack } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, NagMessageLevel, NagRuleCompliance, type NagRuleResult } from 'cdk-nag';
import { RecordedSolutions } from '../../../lib/checks/recorded-solutions';

function bucketIn(id = 'Data') {
  return new CfnBucket(new Stack(new App(), id), 'Files');
}

/** One rule of our own beside those of AwsSolutions. */
class WithRule extends RecordedSolutions {
  constructor(private readonly rule: () => NagRuleResult) {
    super();
  }
  protected override checkResource(node: CfnBucket): void {
    const { rule } = this;
    const texts = { info: 'info', explanation: 'explanation', level: NagMessageLevel.ERROR };
    this.applyRule({ node, ...texts, ruleSuffixOverride: 'X', rule });
  }
}

describe('the record of AwsSolutions', () => {
  it('finds what AwsSolutions finds', () => {
    const stack = Stack.of(bucketIn());
    const { violations } = new RecordedSolutions().validateScope(stack);
    expect(violations.length).toBeGreaterThan(0);
    expect(violations).toEqual(new AwsSolutionsChecks().validateScope(stack).violations);
  });

  it('knows what held and what did not, and leaves out what did not apply', () => {
    const pack = new RecordedSolutions();
    const bucket = bucketIn();
    bucket.loggingConfiguration = { destinationBucketName: 'logs' };
    pack.validateScope(Stack.of(bucket));
    const all = pack.outcomes.all();
    expect(all).toContainEqual({ rule: 'AwsSolutions-S1', compliant: ['Data/Files'], broken: [] });
    expect(all).toContainEqual({ rule: 'AwsSolutions-S10', compliant: [], broken: ['Data/Files'] });
    expect(all.filter(({ rule }) => rule.includes('SQS'))).toEqual([]);
  });

  it.each<[string, () => NagRuleResult, object[]]>([
    ['holds', () => NagRuleCompliance.COMPLIANT, [{ rule: 'AwsSolutions-X', compliant: ['Data/Files'], broken: [] }]],
    ['finds no names', () => [], [{ rule: 'AwsSolutions-X', compliant: ['Data/Files'], broken: [] }]],
    ['finds two names', () => ['a', 'b'], [{ rule: 'AwsSolutions-X', compliant: [], broken: ['Data/Files'] }]],
    ['does not apply', () => NagRuleCompliance.NOT_APPLICABLE, []],
    [
      'throws',
      () => {
        throw new Error('no answer');
      },
      [{ rule: 'AwsSolutions-X', compliant: [], broken: ['Data/Files'] }],
    ],
  ])('of a rule that %s', (_, rule, expected) => {
    const pack = new WithRule(rule);
    pack.validateScope(Stack.of(bucketIn()));
    expect(pack.outcomes.all()).toEqual(expected);
  });

  it('starts anew with each reading', () => {
    const pack = new RecordedSolutions();
    pack.validateScope(Stack.of(bucketIn('One')));
    pack.validateScope(Stack.of(bucketIn('Two')));
    expect(JSON.stringify(pack.outcomes.all())).not.toContain('One/');
  });
});
