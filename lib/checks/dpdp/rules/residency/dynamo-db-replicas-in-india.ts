import { inEach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at } from '../../template';
import { regionsNamed, strays, UNKNOWN_REGION } from '../../whereabouts';

export const dynamoDbReplicasInIndia: Rule = {
  id: 'DynamoDbReplicasInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Tables have replicas in Regions in India alone.',
  why: 'A global table copies every item to each of its Regions within seconds.',
  fix: 'Name allowed Regions alone, literally, as `Region` of each of `Replicas`.',
  serves: [SOURCES.transfers, SOURCES.foreignStates],
  types: ['AWS::DynamoDB::GlobalTable', 'Custom::DynamoDBReplica'],
  check: (resource, facts) => {
    const { type, properties } = resource;
    if (type === 'Custom::DynamoDBReplica')
      return strays(regionsNamed(properties.Region, resource), facts, UNKNOWN_REGION).map(
        (region) => `makes a replica of a table in ${region}`,
      );
    const words = (region: string) => `is a global table with a replica in ${region}`;
    return [
      ...inEach(properties.Replicas, [], words(UNKNOWN_REGION), (replica) =>
        strays(regionsNamed(at(replica, 'Region'), resource), facts, UNKNOWN_REGION).map(words),
      ),
      ...inEach(properties.GlobalTableWitnesses, [], 'has a witness in a Region that synth cannot tell', (witness) =>
        strays(regionsNamed(at(witness, 'Region'), resource), facts, UNKNOWN_REGION).map(
          (region) => `has a witness in ${region}`,
        ),
      ),
    ];
  },
};
