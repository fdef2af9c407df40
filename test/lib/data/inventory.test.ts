import { App, CfnResource } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { declareFreeOfPersonalData, Inventory, type StoreRegistration } from '../../../lib/data/inventory';
import { loadRegister } from '../../../policies/load';
import { smallApp } from '../support/small-app';

const store: StoreRegistration = {
  id: 'customer-files',
  kind: 's3',
  name: 'files',
  region: 'ap-south-1',
  dataRole: 'tenant',
  dataClass: 'customer-files',
  objectLock: false,
  subjectErasure: 'own',
  recovery: 'restorable',
  documents: null,
};

describe('Inventory', () => {
  it('refuses two stores of one id', () => {
    const { stack, inventory } = smallApp();
    inventory.add(new Bucket(stack, 'A'), store, 'arn');
    expect(() => inventory.add(new Bucket(stack, 'B'), store, 'arn')).toThrow('another store is called');
  });

  it('refuses a class that the register does not know, or gives another role', () => {
    const { stack, inventory } = smallApp();
    const bucket = new Bucket(stack, 'A');
    expect(() => inventory.add(bucket, { ...store, dataClass: 'selfies' }, 'arn')).toThrow('"selfies" is unknown');
    expect(() => inventory.add(bucket, { ...store, dataRole: 'account' }, 'arn')).toThrow('has role "tenant"');
  });

  it('is installed once per app and asked for afterwards', () => {
    const app = new App();
    expect(() => Inventory.of(app)).toThrow('Inventory.install');
    const inventory = Inventory.install(app, loadRegister());
    expect(Inventory.of(app)).toBe(inventory);
    expect(() => Inventory.install(app, loadRegister())).toThrow('already');
  });

  it.each([
    ['AWS::S3::Bucket', (stack: IConstruct) => new CfnBucket(stack, 'Forgotten')],
    [
      'AWS::DynamoDB::Table',
      (stack: IConstruct) =>
        new CfnTable(stack, 'Forgotten', { keySchema: [{ attributeName: 'id', keyType: 'HASH' }] }),
    ],
    [
      'AWS::DynamoDB::GlobalTable',
      (stack: IConstruct) => new CfnResource(stack, 'Forgotten', { type: 'AWS::DynamoDB::GlobalTable' }),
    ],
  ])('fails synth for an unregistered %s and names it', (_, make) => {
    const { stack } = smallApp();
    make(stack);
    expect(() => (stack.node.root as App).synth()).toThrow('Test/Forgotten is not in the inventory');
  });
});

describe('declareFreeOfPersonalData', () => {
  it('lets the bucket pass and keeps the reason in the template', () => {
    const { stack } = smallApp();
    const bucket = new CfnBucket(stack, 'Templates');
    declareFreeOfPersonalData(bucket, 'CloudFormation templates, which hold no data of anyone');
    expect(() => (stack.node.root as App).synth()).not.toThrow();
    expect(bucket.getMetadata('digicrm:free-of-personal-data')).toMatch(/^CloudFormation templates/);
  });

  it('says it in a tag, and the class where it has one', () => {
    const { stack } = smallApp();
    declareFreeOfPersonalData(new CfnBucket(stack, 'Templates'), 'CloudFormation templates of nobody', 'ledger');
    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      Tags: Match.arrayWith([
        { Key: 'digicrm:data-class', Value: 'ledger' },
        { Key: 'digicrm:data-role', Value: 'none' },
      ]),
    });
  });

  it('refuses a reason that says nothing', () => {
    const { stack } = smallApp();
    expect(() => declareFreeOfPersonalData(new CfnBucket(stack, 'B'), 'n/a')).toThrow('at least 20 characters');
  });
});
