import { Stack } from 'aws-cdk-lib';
import { acknowledge, type FindingId } from '../../../lib/checks/acknowledge';

describe('acknowledge', () => {
  const reason = 'a reason that explains why the finding may stay';
  const id = 'AwsSolutions::AwsSolutions-S1';

  it('takes a qualified id with a reason', () => {
    expect(() => acknowledge(new Stack(), reason, id, `${id}[Resource::*]`)).not.toThrow();
  });

  it.each([[''], ['   '], ['by design']])('refuses the reason "%s"', (empty) => {
    expect(() => acknowledge(new Stack(), empty, id)).toThrow('at least 20 characters');
  });

  it.each([['AwsSolutions-S1'], ['::S1'], ['AwsSolutions::']])('refuses the unqualified id %s', (unqualified) => {
    expect(() => acknowledge(new Stack(), reason, unqualified as FindingId)).toThrow('qualified id');
  });

  it('refuses to acknowledge nothing', () => {
    expect(() => acknowledge(new Stack(), reason)).toThrow('qualified id');
  });
});
