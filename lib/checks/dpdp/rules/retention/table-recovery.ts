import { at, possible, type TemplateResource, type Value } from '../../template';

/** Types of tables. */
export const TABLES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'] as const;

/** The switches of recovery to a point in time: one of a table, one for each replica of a global one. */
export function recoverySwitches({ type, properties }: TemplateResource): readonly Value[] {
  const specifications =
    type === 'AWS::DynamoDB::GlobalTable'
      ? possible(properties.Replicas).flatMap((replicas) =>
          Array.isArray(replicas) && replicas.length > 0
            ? replicas.flatMap(possible).map((replica) => at(replica, 'PointInTimeRecoverySpecification'))
            : [replicas ?? null],
        )
      : [properties.PointInTimeRecoverySpecification];
  return specifications.flatMap((one) => possible(one).map((specification) => switchOf(specification)));
}

/** What a function puts in place of the specification is as unknown as a switch of its own. */
function switchOf(specification: Value): Value {
  const value = at(specification, 'PointInTimeRecoveryEnabled');
  return value === undefined ? specification : value;
}
