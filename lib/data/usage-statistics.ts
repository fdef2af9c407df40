import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { fieldsReadBy } from '../../lambda/anonymise/anonymise';
import { DATA_TABLE } from '../../lambda/shared/names';
import type { Register } from '../../policies/schema';
import type { DataKey } from '../keys/data-key';
import { declareFreeOfPersonalData } from './inventory';
import type { PersonalDataTable } from './personal-data-table';
import { ProtectedTable } from './protected-table';

/** Properties of the UsageStatistics. */
export interface UsageStatisticsProps {
  /** The parsed register: the rules that fill the table. */
  readonly register: Pick<Register, 'anonymise'>;
  /** Key that encrypts the table. */
  readonly key: DataKey;
  /** The tables that the rules are about, by data class. */
  readonly sources: Readonly<Record<string, PersonalDataTable>>;
}

/** Numbers about people who are alike, which stay when they are erased. */
export class UsageStatistics extends ProtectedTable {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: UsageStatisticsProps,
  ) {
    super(scope, id, { keys: DATA_TABLE, key: props.key });
    const least = Math.min(...props.register.anonymise.rules.map((rule) => rule.k.number));
    declareFreeOfPersonalData(
      this,
      `Counts of at least ${least} people who are alike in all that is kept of them, with no id of a person, tenant or request.`,
    );
  }

  /** Lets the role read the fields that rules are about, and add numbers; it can neither read nor change any that are there. */
  grantPublish(role: Role): void {
    for (const rule of this.props.register.anonymise.rules) {
      if (!rule.switch.on) continue;
      const source = this.props.sources[rule.class];
      if (source === undefined) throw new Error(`${this.node.path}: there is no table of class "${rule.class}".`);
      source.grantReadFields(role, fieldsReadBy(rule));
    }
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
