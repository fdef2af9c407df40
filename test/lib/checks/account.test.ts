import { build } from '../../../bin/app';
import { testApp } from '../support/stages';

it.each(['11122223333', '1111222233334', '1111-2222-3333', ''])(
  'refuses the account id "%s" with one line',
  (account) => {
    expect(() => build(testApp({ stage: 'prod' }), account)).toThrow(
      new Error(`Account "${account}" is no AWS account id: expected 12 digits (CDK_DEFAULT_ACCOUNT).`),
    );
  },
);

it('takes an account id of 12 digits, and none at all', () => {
  expect(build(testApp({ stage: 'prod' }), '011122223333').audit.account).toBe('011122223333');
  expect(() => build(testApp({ stage: 'prod' }))).not.toThrow();
});
