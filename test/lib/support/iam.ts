import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Template } from 'aws-cdk-lib/assertions';
import { ACCOUNT, arnOf, REGION, type Resource, resolveTemplates } from './resolve';
import { templatesOf } from './stages';

/** One request to AWS, as IAM sees it. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Record<string, string | string[]>;
  /** Bucket policy, key policy or the like of the resource. @default - the resource has none */
  readonly resourcePolicy?: unknown;
}

export type Verdict = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

/** Who may do what in a stage, decided by evaluating the policies of its templates. */
export class Cloud {
  private readonly resources: Record<string, Resource>;

  /** @param source name of a stage, or templates of its stacks and more */
  constructor(source: string | Readonly<Record<string, Template>>) {
    this.resources = resolveTemplates(typeof source === 'string' ? templatesOf(source) : source);
  }

  /** The verdict on a request of the role of that logical id, without its hash, e.g. `EngineEraserRole`. */
  async asRole(roleName: string, request: Request): Promise<Verdict> {
    const role = this.find('AWS::IAM::Role', roleName);
    const policies = Object.entries(this.resources)
      .filter(([, r]) => r.Type === 'AWS::IAM::Policy' && (r.Properties.Roles as string[]).includes(role.name))
      .map(([name, r]) => ({ name, policy: r.Properties.PolicyDocument }));
    const tags = (role.resource.Properties.Tags ?? []) as { Key: string; Value: string }[];
    const tagged = Object.fromEntries(tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, Value]));
    return decide(`arn:aws:iam::${ACCOUNT}:role/${role.name}`, policies, request, tagged, this.boundary);
  }

  /** The most that any role of the app may do; every role has it. */
  private get boundary(): unknown {
    return Object.values(this.resources).find((r) => r.Type === 'AWS::IAM::ManagedPolicy')?.Properties.PolicyDocument;
  }

  /** The verdict on a request of a role of that name to which IAM allows everything. */
  asAdministrator(request: Request, roleName = 'admin'): Promise<Verdict> {
    const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const policies = [{ name: 'administrator', policy: everything }];
    return decide(`arn:aws:iam::${ACCOUNT}:role/${roleName}`, policies, request, {});
  }

  /** The verdict on a request of an AWS service, e.g. `config.amazonaws.com`, which has no policies of its own. */
  asService(service: string, request: Request): Promise<Verdict> {
    return decide(service, [], request, { 'aws:PrincipalIsAWSService': 'true' });
  }

  /** ARN of the resource of that logical id, without its hash. */
  arn(type: string, name: string): string {
    const found = this.find(type, name);
    return arnOf(type, found.name, found.resource.region);
  }

  /** Physical name of the resource of that logical id, without its hash. */
  nameOf(type: string, name: string): string {
    return this.find(type, name).name;
  }

  /** Policy of a bucket, key or table, or of those who may take up a role, by its logical id without its hash. */
  policyOf(type: 'AWS::S3::Bucket' | 'AWS::KMS::Key' | 'AWS::DynamoDB::Table' | 'AWS::IAM::Role', id: string): unknown {
    const { name, resource } = this.find(type, id);
    if (type === 'AWS::KMS::Key') return resource.Properties.KeyPolicy;
    if (type === 'AWS::IAM::Role') return resource.Properties.AssumeRolePolicyDocument;
    if (type === 'AWS::DynamoDB::Table')
      return (resource.Properties.ResourcePolicy as { PolicyDocument: unknown } | undefined)?.PolicyDocument;
    const policies = Object.values(this.resources).filter(
      (r) => r.Type === 'AWS::S3::BucketPolicy' && r.Properties.Bucket === name,
    );
    return policies[0]?.Properties.PolicyDocument;
  }

  private find(type: string, name: string) {
    const ids = Object.keys(this.resources).filter(
      (id) => this.resources[id]?.Type === type && id.replace(/[0-9A-F]{8}$/, '') === name,
    );
    const [id = ''] = ids;
    const resource = this.resources[id];
    if (!resource || ids.length > 1) throw new Error(`${ids.length} of ${type} are called ${name}`);
    return { name: id.toLowerCase(), resource };
  }
}

async function decide(
  principal: string,
  identityPolicies: { name: string; policy: unknown }[],
  { action, resource, context, resourcePolicy }: Request,
  tags: Record<string, string>,
  boundary?: unknown,
): Promise<Verdict> {
  const answer = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: {
          'aws:PrincipalArn': principal,
          'aws:PrincipalAccount': ACCOUNT,
          'aws:PrincipalIsAWSService': 'false',
          'aws:RequestedRegion': REGION,
          'aws:ResourceAccount': ACCOUNT,
          'aws:SecureTransport': 'true',
          's3:TlsVersion': '1.3',
          ...tags,
          ...evaluable(context),
        },
      },
      identityPolicies: evaluable(identityPolicies),
      resourcePolicy: evaluable(resourcePolicy),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(boundary !== undefined && { permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }] }),
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult as Verdict;
}

/** The evaluator takes all keys `kms:EncryptionContext:…` for one; under the name of a tag they are told apart. */
export function evaluable<T>(policyOrContext: T): T {
  if (policyOrContext === undefined) return policyOrContext;
  const json = JSON.stringify(policyOrContext).replace(
    /"kms:EncryptionContext:([\w:]+)":/g,
    (_, name: string) => `"aws:PrincipalTag/encryption-context-${name.replaceAll(':', '-')}":`,
  );
  return JSON.parse(json) as T;
}
