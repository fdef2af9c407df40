import { Stack } from 'aws-cdk-lib';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { declareFreeOfPersonalData, Inventory } from '../../../lib/data/inventory';
import { DataKey } from '../../../lib/keys/data-key';
import { loadRegister } from '../../../policies/load';
import { testApp } from './stages';

/** A stack in Mumbai with an inventory, a data key and a bucket for logs: what one construct needs to be tested. */
export function smallApp(context: Record<string, unknown> = {}): {
  stack: Stack;
  inventory: Inventory;
  key: DataKey;
  accessLogs: IBucket;
} {
  const app = testApp(context);
  const inventory = Inventory.install(app, loadRegister());
  const stack = new Stack(app, 'Test', { env: { region: 'ap-south-1' } });
  const key = new DataKey(stack, 'TenantKey', {
    description: 'test',
    userTag: 'digicrm:data-key-user',
    services: ['s3', 'dynamodb'],
  });
  const accessLogs = new Bucket(stack, 'Logs');
  declareFreeOfPersonalData(accessLogs, 'a bucket of this test that stays empty');
  return { stack, inventory, key, accessLogs };
}
