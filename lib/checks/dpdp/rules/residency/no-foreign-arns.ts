import { once } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { allowing } from '../../statements';
import { at, type Properties, type Value } from '../../template';
import { REGION_NAME } from '../../whereabouts';

/** Region of an ARN, also where the template joins it from pieces. */
const ARN = new RegExp(
  `arn:(?:aws[a-z-]*|",\\{"Ref":"AWS::Partition"\\},"|\\$\\{AWS::Partition\\}):[a-z0-9-]+:(${REGION_NAME.source})`,
  'g',
);

/** Region in the name of a host of AWS, such as a queue's or an API's. */
const HOST = new RegExp(
  `[./-](${REGION_NAME.source})\\.(?:amazonaws\\.com|api\\.aws|on\\.aws|amazoncognito\\.com)`,
  'g',
);

/** A variable that is a Region's name and nothing else. */
const WHOLE = new RegExp(`"(${REGION_NAME.source})"`, 'g');

const GRANTS = ['Policy', 'ManagedPolicy', 'RolePolicy', 'UserPolicy', 'GroupPolicy', 'Role', 'User', 'Group'].map(
  (name) => `AWS::IAM::${name}`,
);

/** Properties that name where something is read, sent or kept. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  'AWS::Lambda::Function': ['Environment', 'DeadLetterConfig', 'FileSystemConfigs'],
  'AWS::Lambda::EventSourceMapping': ['EventSourceArn', 'DestinationConfig', 'SelfManagedEventSource'],
  'AWS::Lambda::EventInvokeConfig': ['DestinationConfig'],
  'AWS::Scheduler::Schedule': ['Target'],
  'AWS::Pipes::Pipe': ['Source', 'Target', 'Enrichment', 'LogConfiguration'],
  'AWS::StepFunctions::StateMachine': ['Definition', 'DefinitionString', 'DefinitionSubstitutions'],
  'AWS::ECS::TaskDefinition': ['ContainerDefinitions'],
  'AWS::ApiGateway::Method': ['Integration'],
  'AWS::ApiGatewayV2::Integration': ['IntegrationUri'],
  'AWS::AppSync::DataSource': ['DynamoDBConfig', 'LambdaConfig', 'OpenSearchServiceConfig', 'EventBridgeConfig'],
  'AWS::Events::ApiDestination': ['InvocationEndpoint'],
  'AWS::SSM::Parameter': ['Value'],
};

const [firstType = 'AWS::IAM::Policy', ...types] = [...GRANTS, ...Object.keys(PLACES)];

export const noForeignArns: Rule = {
  id: 'NoForeignArns',
  area: 'residency',
  severity: 'error',
  title: 'No policy, function or integration names a resource in a Region outside of India.',
  why: 'What software is told of and may reach, it will use: a bucket or queue abroad is where data goes next.',
  fix: 'Name a resource in an allowed Region, or let `Ref`, `Fn::GetAtt` or `AWS::Region` name it.',
  serves: [SOURCES.transfers, SOURCES.access],
  types: [firstType, ...types],
  check: ({ type, properties }, { regions }) => {
    const text = JSON.stringify(GRANTS.includes(type) ? granted(properties) : placesOf(type, properties));
    if (text === undefined || !REGION_NAME.test(text)) return [];
    const named = [ARN, HOST, WHOLE].flatMap((pattern) =>
      [...text.matchAll(pattern)].map(([, region]) => region ?? ''),
    );
    return once(named.filter((region) => !regions.includes(region)).map((region) => `names a resource in ${region}`));
  },
};

/** What statements that allow name; a denial abroad does no harm. */
function granted(properties: Properties): Value {
  const inline = Array.isArray(properties.Policies) ? properties.Policies : [];
  return [properties.PolicyDocument, ...inline.map((policy) => at(policy, 'PolicyDocument'))]
    .flatMap(allowing)
    .map((statement) => [at(statement, 'Resource'), at(statement, 'NotResource')]);
}

function placesOf(type: string, properties: Properties): Value {
  return (PLACES[type] ?? []).map((name) => properties[name]);
}
