import type { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { PersonalDataTable } from '../../../lib/data/personal-data-table';
import { UsageStatistics } from '../../../lib/data/usage-statistics';
import { loadRegister } from '../../../policies/load';
import { smallApp } from '../support/small-app';

describe('UsageStatistics', () => {
  it('are declared free of personal data, and say why', () => {
    const { stack, key } = smallApp();
    new UsageStatistics(stack, 'Numbers', { register: loadRegister(), key });
    expect(() => (stack.node.root as App).synth()).not.toThrow();
    Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', {
      Metadata: { 'digicrm:free-of-personal-data': Match.stringLikeRegexp('at least 10 people') },
    });
  });

  it('let a role add numbers, and neither read nor delete', () => {
    const { stack, key } = smallApp();
    const numbers = new UsageStatistics(stack, 'Numbers', { register: loadRegister(), key });
    numbers.grantPublish(new Role(stack, 'Sealer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
    const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(policies.match(/dynamodb:[A-Z]\w+/g)).toEqual(['dynamodb:PutItem', 'dynamodb:ReturnValues']);
  });
});

describe('a table whose fields a role may read', () => {
  it('gives it those, and no query of everything', () => {
    const { stack, key } = smallApp();
    const accounts = new PersonalDataTable(stack, 'Accounts', {
      storeId: 'accounts',
      dataRole: 'account',
      dataClass: 'account-users',
      purpose: 'Accounts of a test.',
      key,
    });
    const role = new Role(stack, 'Sealer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    accounts.grantReadFields(role, ['plan', 'email']);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'dynamodb:Query',
            Condition: {
              'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'plan', 'email'] },
              StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
            },
          }),
        ]),
      },
    });
  });
});
