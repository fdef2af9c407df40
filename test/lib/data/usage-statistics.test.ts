import type { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { PersonalDataTable } from '../../../lib/data/personal-data-table';
import { UsageStatistics } from '../../../lib/data/usage-statistics';
import { loadRegister } from '../../../policies/load';
import { smallApp } from '../support/small-app';

function numbers() {
  const app = smallApp();
  const { stack, key } = app;
  const accounts = new PersonalDataTable(stack, 'Accounts', {
    storeId: 'accounts',
    dataRole: 'account',
    dataClass: 'account-users',
    purpose: 'Accounts of a test.',
    key,
  });
  const of = (sources: Record<string, PersonalDataTable>) =>
    new UsageStatistics(stack, 'Numbers', { register: loadRegister(), key, sources });
  const role = new Role(stack, 'Sealer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  return { ...app, accounts, of, role };
}

describe('UsageStatistics', () => {
  it('are declared free of personal data, and say why', () => {
    const { stack, of } = numbers();
    of({});
    expect(() => (stack.node.root as App).synth()).not.toThrow();
    Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', {
      Metadata: { 'digicrm:free-of-personal-data': Match.stringLikeRegexp('at least 10 people') },
    });
  });

  it('let a role add numbers and read what they are made of, no number and no other field', () => {
    const { stack, accounts, of, role } = numbers();
    of({ 'account-users': accounts }).grantPublish(role);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'dynamodb:Query',
            Resource: stack.resolve(accounts.tableArn),
            Condition: {
              'ForAllValues:StringEquals': {
                'dynamodb:Attributes': ['pk', 'sk', 'plan', 'signedUpAt', 'state', 'seats', 'name', 'email', 'mobile'],
              },
              StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
            },
          }),
          Match.objectLike({
            Action: 'dynamodb:PutItem',
            Condition: { StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE'] } },
          }),
        ]),
      },
    });
    const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(policies).not.toMatch(/dynamodb:(GetItem|Scan|Delete|Update|Batch)/);
  });

  it('refuse a rule about a class that no table has', () => {
    const { of, role } = numbers();
    expect(() => of({}).grantPublish(role)).toThrow('there is no table of class "account-users"');
  });
});
