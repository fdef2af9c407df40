import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DATA_TABLE } from '../../lambda/shared/names';
import type { Register } from '../../policies/schema';
import type { DataKey } from '../keys/data-key';
import { declareFreeOfPersonalData } from './inventory';
import { ProtectedTable } from './protected-table';

/** Properties of the UsageStatistics. */
export interface UsageStatisticsProps {
  /** The parsed register: the rules that fill the table. */
  readonly register: Pick<Register, 'anonymise'>;
  /** Key that encrypts the table. */
  readonly key: DataKey;
}

/** Numbers about people who are alike, which stay when they are erased. */
export class UsageStatistics extends ProtectedTable {
  constructor(scope: Construct, id: string, { register, key }: UsageStatisticsProps) {
    super(scope, id, { keys: DATA_TABLE, key });
    const least = Math.min(...register.anonymise.rules.map((rule) => rule.k.number));
    declareFreeOfPersonalData(
      this,
      `Counts of at least ${least} people who are alike in all that is kept of them, with no id of a person, tenant or request.`,
    );
  }

  /** Lets the role add numbers, and neither read nor change any that are there. */
  grantPublish(role: Role): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem'],
        resources: [this.tableArn],
        conditions: { StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE'] } },
      }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }
}
