import { App, Aspects, Stack, Validations } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, NagMessageLevel, NagPack, NagRuleCompliance } from 'cdk-nag';
import { type Acknowledgement, acknowledge, acknowledgeWildcard } from '../../../lib/checks/acknowledge';
import { guardAcknowledgements } from '../../../lib/checks/guard-acknowledgements';

const terms: Acknowledgement = {
  reason: 'a reason that explains why the finding may stay',
  owner: 'platform',
  expires: '2027-06-30',
  ticket: 'RISK-7',
};
const CLOSED = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const WITHOUT_LOGS = 'Sample::Sample-Logs';

/** Finds in every resource that it lacks logs. */
class SamplePack extends NagPack {
  readonly name = 'Sample';
  protected override packName = 'Sample';

  protected checkResource(node: CfnBucket): void {
    this.applyRule({
      node,
      info: 'Buckets have logs.',
      explanation: 'Otherwise nobody knows.',
      level: NagMessageLevel.ERROR,
      ruleSuffixOverride: 'Logs',
      rule: () => NagRuleCompliance.NON_COMPLIANT,
    });
  }
}

/** Synthesises an app with one bucket, of whose findings `accept` acknowledges some. */
function synth(
  accept: (bucket: CfnBucket, app: App) => void,
  now = '2026-12-01T00:00:00Z',
  pack: NagPack = new SamplePack(),
) {
  const app = new App();
  guardAcknowledgements(app, { packs: [pack], clock: { now: () => new Date(now) } });
  const stack = new Stack(app, 'Data', { env: { region: 'ap-south-1' } });
  accept(new CfnBucket(stack, 'Files'), app);
  return () => app.synth();
}

describe('an acknowledgement', () => {
  it('lets synth go on where it is qualified, owned, in time and answers a finding', () => {
    expect(synth((bucket) => acknowledge(bucket, terms, WITHOUT_LOGS))).not.toThrow();
    expect(synth((bucket) => acknowledge(Stack.of(bucket), terms, WITHOUT_LOGS))).not.toThrow();
    expect(synth((_, app) => acknowledge(app, terms, WITHOUT_LOGS))).not.toThrow();
  });

  it('is asked for where there is none', () => {
    expect(synth(() => {})).toThrow(/Sample-Logs/);
  });

  it.each([
    ['2027-06-30T18:29:59Z', false],
    ['2027-06-30T18:30:00Z', true],
    ['2031-01-01T00:00:00Z', true],
  ])('at %s is over: %s, since its last day ends at midnight in India', (now, isOver) => {
    const attempt = expect(synth((bucket) => acknowledge(bucket, terms, WITHOUT_LOGS), now));
    if (isOver)
      attempt.toThrow(
        /Data\/Files \(test\/lib\/checks\/guard-acknowledgements\.test\.ts:\d+\) acknowledges "Sample::Sample-Logs" until 2027-06-30, which is over \(RISK-7, owner platform\)/,
      );
    else attempt.not.toThrow();
  });

  it('never ends where nobody tells the time', () => {
    const app = new App();
    guardAcknowledgements(app, { packs: [new SamplePack()], clock: undefined });
    acknowledge(new CfnBucket(new Stack(app, 'Data'), 'Files'), { ...terms, expires: '2001-01-01' }, WITHOUT_LOGS);
    expect(() => app.synth()).not.toThrow();
  });

  it.each([
    ['Sample-Logs', '"Sample::Sample-Logs"'],
    ['annotation::Sample-Logs', '"Sample::Sample-Logs"'],
    ['Whatever', 'an id such as'],
  ])('with the bare id %s fails synth, which names the path and the right id', (id, right) => {
    const bare = id.replace('annotation::', '');
    const attempt = synth((bucket) => {
      acknowledge(bucket, terms, WITHOUT_LOGS);
      Validations.of(bucket).acknowledge({ id, reason: terms.reason });
    });
    // The bare id takes the finding out of the report, so that the qualified one matches nothing.
    expect(attempt).toThrow(
      new RegExp(`Data/Files \\(test/.*:\\d+\\) acknowledges "${bare}", which is not qualified.*${right}`),
    );
  });

  it('that an aspect makes with a bare id fails synth', () => {
    const attempt = synth((bucket, app) => {
      Aspects.of(app).add({
        visit: (node) => {
          if (node === bucket) Validations.of(node).acknowledge({ id: 'Sample-Logs', reason: terms.reason });
        },
      });
    });
    expect(attempt).toThrow(/Data\/Files.* acknowledges "Sample-Logs", which is not qualified/);
  });

  it('that is written into the metadata itself fails synth', () => {
    const attempt = synth((bucket) =>
      bucket.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { 'Sample-Logs': terms.reason }),
    );
    expect(attempt).toThrow(/Data\/Files acknowledges "Sample-Logs", which is not qualified/);
  });

  it('that has no owner fails synth, though it is qualified', () => {
    const direct = (bucket: CfnBucket) =>
      Validations.of(bucket).acknowledge({ id: WITHOUT_LOGS, reason: terms.reason });
    expect(synth(direct)).toThrow(/Data\/Files \(.*\) acknowledges "Sample::Sample-Logs" without an owner and a date/);
    const borrowed = (bucket: CfnBucket) => {
      acknowledge(Stack.of(bucket), terms, WITHOUT_LOGS);
      direct(bucket);
    };
    expect(synth(borrowed)).toThrow(/Data\/Files \(.*\) acknowledges "Sample::Sample-Logs" without an owner/);
  });

  it('of a warning of the CDK is none of its business', () => {
    const attempt = synth((bucket) => {
      acknowledge(bucket, terms, WITHOUT_LOGS);
      Validations.of(bucket).acknowledge({
        id: 'Annotation::@aws-cdk/aws-s3:something',
        reason: 'read and understood',
      });
    });
    expect(attempt).not.toThrow();
  });

  it.each([
    ['Sample::Sample-Versions', 'which matches no finding there'],
    ['Sample::Sample-Tags[owner]', 'which matches no finding there'],
    ['Other::Other-Logs', 'which is of a pack that does not run here'],
  ] as const)('of %s fails synth, since nothing was found', (id, why) => {
    const attempt = synth((bucket) => acknowledge(bucket, terms, WITHOUT_LOGS, id));
    expect(attempt).toThrow(/Data\/Files \(test\/lib\/checks\/guard-acknowledgements\.test\.ts:\d+\) acknowledges/);
    expect(attempt).toThrow(`acknowledges "${id}", ${why}`);
  });

  it('beside the resource, or around it where a nearer one counts, matches nothing', () => {
    const beside = synth((bucket) => {
      acknowledge(bucket, terms, WITHOUT_LOGS);
      acknowledge(new CfnBucket(new Stack(bucket.node.root, 'Data2'), 'Files'), terms, WITHOUT_LOGS);
      acknowledge(new Stack(bucket.node.root, 'Empty'), terms, WITHOUT_LOGS);
    });
    expect(beside).toThrow(/Empty \(.*\) acknowledges "Sample::Sample-Logs", which matches no finding there/);
    const around = synth((bucket) => {
      acknowledge(bucket, terms, WITHOUT_LOGS);
      acknowledge(Stack.of(bucket), terms, WITHOUT_LOGS);
    });
    expect(around).toThrow(/Data \(.*\) acknowledges "Sample::Sample-Logs", which matches no finding there/);
  });

  it('of a wildcard matches nothing where no policy has it', () => {
    const attempt = synth((bucket) => {
      acknowledge(bucket, terms, WITHOUT_LOGS);
      acknowledgeWildcard(bucket, terms, 'arn:aws:s3:::x/*');
    });
    expect(attempt).toThrow(/IAM5\[Resource::arn:aws:s3:::x\/\*\]", which is of a pack that does not run here/);
  });

  it('cannot be silenced by another', () => {
    const attempt = synth((bucket, app) => {
      acknowledge(bucket, terms, WITHOUT_LOGS, 'Sample::Sample-Versions');
      acknowledge(app, terms, 'Acknowledgements::Acknowledgements-MatchesNothing');
    });
    expect(attempt).toThrow(/acknowledges "Sample::Sample-Versions", which matches no finding there/);
  });

  it('is not blamed for a pack that could not run', () => {
    class Broken extends SamplePack {
      override validateScope(): never {
        throw new Error('no facts');
      }
    }
    const attempt = synth((bucket) => acknowledge(bucket, terms, WITHOUT_LOGS), undefined, new Broken());
    expect(attempt).toThrow(/no facts/);
    expect(attempt).not.toThrow(/matches no finding/);
  });

  it('works with the packs of others', () => {
    const findings = ['S1', 'S10'].map((rule) => `AwsSolutions::AwsSolutions-${rule}` as const);
    const accept = (bucket: CfnBucket) => {
      bucket.publicAccessBlockConfiguration = CLOSED;
      acknowledge(bucket, terms, ...findings);
    };
    expect(synth(accept, undefined, new AwsSolutionsChecks())).not.toThrow();
  });
});
