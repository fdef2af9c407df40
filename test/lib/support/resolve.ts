import type { Template } from 'aws-cdk-lib/assertions';

export const ACCOUNT = '111122223333';
export const REGION = 'ap-south-1';

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}
type Resources = Record<string, Resource>;

/**
 * Templates with every reference replaced by what CloudFormation would put there, more or less: the
 * logical id serves as physical name. Enough to evaluate policies.
 */
export function resolveTemplates(templates: Readonly<Record<string, Template>>): Resources {
  const documents = Object.values(templates).map((t) => t.toJSON() as Document);
  const all: Resources = Object.assign({}, ...documents.map((d) => d.Resources));
  const outputs: Record<string, { Value: unknown }> = Object.assign({}, ...documents.map((d) => d.Outputs));
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const [[key, argument] = []] = Object.entries(value);
    if (Object.keys(value).length === 1 && key && (key === 'Ref' || key.startsWith('Fn::')))
      return intrinsic(key, argument);
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v)]));
  };
  const intrinsic = (name: string, argument: unknown): unknown => {
    if (name === 'Ref') return reference(String(argument));
    if (name === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(resolve).join(separator);
    }
    if (name === 'Fn::GetAtt') return attribute(...(argument as [string, string]));
    if (name === 'Fn::GetStackOutput') return resolve(outputs[(argument as { OutputName: string }).OutputName]?.Value);
    // Only asset locations are left, which no policy names.
    return name;
  };
  const reference = (id: string) => PSEUDO[id] ?? (all[id] ? physicalName(id) : id);
  const attribute = (id: string, name: string) => {
    const type = all[id]?.Type ?? '';
    if (name !== 'Arn') return `${id}.${name}`;
    return arnOf(type, physicalName(id));
  };
  return Object.fromEntries(Object.entries(all).map(([id, resource]) => [id, resolve(resource) as Resource]));
}

interface Document {
  readonly Resources: Resources;
  readonly Outputs?: Record<string, { Value: unknown }>;
}

const PSEUDO: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** ARN of a resource by its CloudFormation type and physical name. */
export function arnOf(type: string, name: string): string {
  const arn = ARNS[type];
  return arn ? arn(name) : `arn:aws:other:${REGION}:${ACCOUNT}:${name}`;
}

const ARNS: Record<string, (name: string) => string> = {
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::DynamoDB::Table': (name) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`,
  'AWS::KMS::Key': (name) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`,
  'AWS::Events::EventBus': (name) => `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${name}`,
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
};

/** Bucket names are lower-case; the others do not mind. */
function physicalName(id: string): string {
  return id.toLowerCase();
}
