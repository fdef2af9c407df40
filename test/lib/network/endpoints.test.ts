import { runSimulation } from '@cloud-copilot/iam-simulate';
import { loadRegister } from '../../../policies/load';
import { ACCOUNT, type Resource, resolveTemplates } from '../support/resolve';
import { templatesOf } from '../support/stages';

const OTHER = '999999999999';
const role = (account: string) => `arn:aws:iam::${account}:role/someone`;

describe.each(['local', 'dev', 'prod'])('endpoints of stage %s', (stage) => {
  const resources = resolveTemplates(templatesOf(stage));
  const endpoints = Object.values(resources).filter((r) => r.Type === 'AWS::EC2::VPCEndpoint');
  const named = (name: string) => endpoints.find((e) => e.Properties.ServiceName === `com.amazonaws.${name}`);

  const replica = loadRegister().stages.stages[stage]?.switches.replicaRegion.enabled;

  it('are these and no others', () => {
    expect(endpoints.map((e) => `${e.Properties.VpcEndpointType} ${e.Properties.ServiceName}`).sort()).toEqual([
      'Gateway com.amazonaws.ap-south-1.dynamodb',
      'Gateway com.amazonaws.ap-south-1.s3',
      ...['cloudtrail', 'events', 'kms', 'scheduler', 'sqs', 'xray'].map(
        (service) => `Interface com.amazonaws.ap-south-1.${service}`,
      ),
      ...(replica ? ['Interface com.amazonaws.ap-south-2.s3'] : []),
    ]);
  });

  it.each([
    ['ap-south-1.s3', 's3:PutObject', 'arn:aws:s3:::bucket/key'],
    ['ap-south-1.dynamodb', 'dynamodb:Query', `arn:aws:dynamodb:ap-south-1:${ACCOUNT}:table/t`],
    ['ap-south-1.kms', 'kms:Sign', `arn:aws:kms:ap-south-1:${ACCOUNT}:key/k`],
    ['ap-south-1.sqs', 'sqs:SendMessage', `arn:aws:sqs:ap-south-1:${ACCOUNT}:q`],
    ['ap-south-1.events', 'events:PutEvents', `arn:aws:events:ap-south-1:${ACCOUNT}:event-bus/b`],
    ['ap-south-1.scheduler', 'scheduler:CreateSchedule', `arn:aws:scheduler:ap-south-1:${ACCOUNT}:schedule/g/s`],
  ])("%s lets this account's roles do %s on this account's resources only", async (name, action, resource) => {
    const endpoint = named(name);
    expect(await ask(endpoint, action, resource, ACCOUNT, ACCOUNT)).toBe('Allowed');
    expect(await ask(endpoint, action, resource, ACCOUNT, OTHER)).not.toBe('Allowed');
    expect(await ask(endpoint, action, resource, OTHER, ACCOUNT)).not.toBe('Allowed');
    expect(await ask(endpoint, action, resource, OTHER, OTHER)).not.toBe('Allowed');
  });

  it.each([
    ['ap-south-1.xray', 'xray:PutTraceSegments', 'xray:GetTraceSummaries'],
    ['ap-south-1.cloudtrail', 'cloudtrail:ListPublicKeys', 'cloudtrail:StopLogging'],
  ])("%s lets this account's roles do %s, and nothing like %s", async (name, action, other) => {
    expect(await ask(named(name), action, '*', ACCOUNT, ACCOUNT)).toBe('Allowed');
    expect(await ask(named(name), action, '*', OTHER, ACCOUNT)).not.toBe('Allowed');
    expect(await ask(named(name), other, '*', ACCOUNT, ACCOUNT)).not.toBe('Allowed');
  });

  it('answer under the services’ own names, in every zone, guarded by their own group', () => {
    for (const { Properties } of endpoints.filter((e) => e.Properties.VpcEndpointType === 'Interface')) {
      expect(Properties.PrivateDnsEnabled).toBe(true);
      expect(Properties.SubnetIds).toHaveLength(2);
      expect(Properties.SecurityGroupIds).toEqual([expect.stringMatching(/^SecurityGroupsEndpoints/)]);
    }
  });

  it('lead to S3 and DynamoDB from the subnets of functions and of the egress function', () => {
    for (const name of ['ap-south-1.s3', 'ap-south-1.dynamodb'])
      expect(named(name)?.Properties.RouteTableIds).toEqual([
        expect.stringMatching(/^functionsroutesa/),
        expect.stringMatching(/^functionsroutesb/),
        expect.stringMatching(/^egressroutesa/),
        expect.stringMatching(/^egressroutesb/),
      ]);
  });
});

/** Whether the endpoint's policy lets a call pass; the caller's own policy lets everything. */
async function ask(endpoint: Resource | undefined, action: string, resource: string, from: string, owner: string) {
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const answer = await runSimulation(
    {
      request: {
        principal: role(from),
        action,
        resource: { resource, accountId: owner },
        contextVariables: { 'aws:PrincipalAccount': from, 'aws:ResourceAccount': owner },
      },
      identityPolicies: [{ name: 'everything', policy: everything }],
      // In the resource's place nobody but its owner is let in, which would hide what the endpoint says.
      resourcePolicy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
      },
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      vpcEndpointPolicies: [{ name: 'endpoint', policy: endpoint?.Properties.PolicyDocument }],
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult;
}
