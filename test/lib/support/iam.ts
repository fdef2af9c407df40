import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT, arnOf, type Resource, resolveTemplates } from './resolve';
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

  constructor(stage: string) {
    this.resources = resolveTemplates(templatesOf(stage));
  }

  /** The verdict on a request of the role of that logical id, without its hash, e.g. `EngineEraserRole`. */
  async asRole(roleName: string, request: Request): Promise<Verdict> {
    const role = this.find('AWS::IAM::Role', roleName);
    const policies = Object.entries(this.resources)
      .filter(([, r]) => r.Type === 'AWS::IAM::Policy' && (r.Properties.Roles as string[]).includes(role.name))
      .map(([name, r]) => ({ name, policy: r.Properties.PolicyDocument }));
    const tags = (role.resource.Properties.Tags ?? []) as { Key: string; Value: string }[];
    const tagged = Object.fromEntries(tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, Value]));
    return decide(`arn:aws:iam::${ACCOUNT}:role/${role.name}`, policies, request, tagged);
  }

  /** The verdict on a request of a role of that name to which IAM allows everything. */
  asAdministrator(request: Request, roleName = 'admin'): Promise<Verdict> {
    const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const policies = [{ name: 'administrator', policy: everything }];
    return decide(`arn:aws:iam::${ACCOUNT}:role/${roleName}`, policies, request, {});
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
): Promise<Verdict> {
  const answer = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: {
          'aws:PrincipalArn': principal,
          'aws:SecureTransport': 'true',
          's3:TlsVersion': '1.3',
          ...tags,
          ...context,
        },
      },
      identityPolicies,
      resourcePolicy,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult as Verdict;
}
