import type { Template } from 'aws-cdk-lib/assertions';
import { regionOf } from './stages';

export const ACCOUNT = '111122223333';
export const REGION = 'ap-south-1';

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  /** Region of its stack; set by `resolveTemplates`. */
  readonly region?: string;
}
type Resources = Record<string, Resource>;

/**
 * Templates with every reference replaced by what CloudFormation would put there, more or less: the
 * logical id serves as physical name. Enough to evaluate policies.
 */
export function resolveTemplates(templates: Readonly<Record<string, Template>>): Resources {
  const documents = Object.values(templates).map((t) => ({ ...(t.toJSON() as Document), region: regionOf(t) }));
  const all: Resources = Object.assign({}, ...documents.map(withRegions));
  const outputs: Record<string, Output> = Object.assign({}, ...documents.map(outputsWithRegions));
  const resolve = (value: unknown, region: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => resolve(each, region));
    if (typeof value !== 'object' || value === null) return value;
    const [[key, argument] = []] = Object.entries(value);
    if (Object.keys(value).length === 1 && key && (key === 'Ref' || key.startsWith('Fn::')))
      return intrinsic(key, argument, region);
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v, region)]));
  };
  const intrinsic = (name: string, argument: unknown, region: string): unknown => {
    if (name === 'Ref') return argument === 'AWS::Region' ? region : reference(String(argument));
    if (name === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => resolve(part, region)).join(separator);
    }
    if (name === 'Fn::GetAtt') return attribute(...(argument as [string, string]));
    if (name === 'Fn::GetStackOutput') {
      const output = outputs[(argument as { OutputName: string }).OutputName];
      return output && resolve(output.Value, output.region);
    }
    // Only asset locations are left, which no policy names.
    return name;
  };
  const reference = (id: string) => PSEUDO[id] ?? (all[id] ? physicalName(id) : id);
  const attribute = (id: string, name: string) => {
    const type = all[id]?.Type ?? '';
    if (name !== 'Arn' && name !== 'BackupVaultArn') return `${id}.${name}`;
    return arnOf(type, physicalName(id), all[id]?.region);
  };
  return Object.fromEntries(
    Object.entries(all).map(([id, resource]) => [id, resolve(resource, resource.region ?? REGION) as Resource]),
  );
}

interface Output {
  readonly Value: unknown;
  readonly region: string;
}

function withRegions({ Resources, region }: Document & { region: string }): Resources {
  return Object.fromEntries(Object.entries(Resources).map(([id, resource]) => [id, { ...resource, region }]));
}

function outputsWithRegions({ Outputs = {}, region }: Document & { region: string }): Record<string, Output> {
  return Object.fromEntries(Object.entries(Outputs).map(([id, { Value }]) => [id, { Value, region }]));
}

interface Document {
  readonly Resources: Resources;
  readonly Outputs?: Record<string, { Value: unknown }>;
}

const PSEUDO: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** ARN of a resource by its CloudFormation type and physical name. */
export function arnOf(type: string, name: string, region = REGION): string {
  const arn = ARNS[type];
  return arn ? arn(name, region) : `arn:aws:other:${region}:${ACCOUNT}:${name}`;
}

const ARNS: Record<string, (name: string, region: string) => string> = {
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::DynamoDB::Table': (name, region) => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${name}`,
  'AWS::KMS::Key': (name, region) => `arn:aws:kms:${region}:${ACCOUNT}:key/${name}`,
  'AWS::SQS::Queue': (name, region) => `arn:aws:sqs:${region}:${ACCOUNT}:${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
  'AWS::Logs::LogGroup': (name, region) => `arn:aws:logs:${region}:${ACCOUNT}:log-group:${name}:*`,
  'AWS::Events::EventBus': (name, region) => `arn:aws:events:${region}:${ACCOUNT}:event-bus/${name}`,
  'AWS::Backup::BackupVault': (name, region) => `arn:aws:backup:${region}:${ACCOUNT}:backup-vault:${name}`,
  'AWS::Lambda::Function': (name, region) => `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}`,
};

/** Bucket names are lower-case; the others do not mind. */
function physicalName(id: string): string {
  return id.toLowerCase();
}
