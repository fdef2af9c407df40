import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { scopeName, tokenScope } from '../../../lambda/access/scopes';
import { retentionOfAtLeast } from '../../../lib/control-plane/log-retention';

describe('retentionOfAtLeast', () => {
  it.each([
    [1, RetentionDays.ONE_DAY],
    [180, RetentionDays.SIX_MONTHS],
    [366, RetentionDays.THIRTEEN_MONTHS],
    [400, RetentionDays.THIRTEEN_MONTHS],
    [401, RetentionDays.EIGHTEEN_MONTHS],
    [36600, RetentionDays.INFINITE],
  ])('keeps logs of %i days for %i', (days, expected) => {
    expect(retentionOfAtLeast(days)).toBe(expected);
  });
});

describe('scopes', () => {
  it('replace the colon, which separates nothing in a scope', () => {
    expect(scopeName('erasure:read')).toBe('erasure.read');
    expect(tokenScope('erasure:read')).toBe('digicrm/erasure.read');
  });
});
