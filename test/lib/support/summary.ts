import type { Template } from 'aws-cdk-lib/assertions';

/**
 * What a reviewer wants to see change in a diff, a line each: resources, and who is allowed what on what.
 * Hashes are cut off, and properties are left to the tests of the constructs.
 */
export function summaryOf(template: Template): string[] {
  const { Resources, Outputs = {} } = template.toJSON() as Document;
  return [
    ...Object.entries(Resources).map(([id, { Type }]) => `${Type} ${plain(id)}`),
    ...Object.entries(Resources).flatMap(([id, { Properties = {} }]) =>
      POLICIES.flatMap((name) =>
        (Properties[name]?.Statement ?? []).map((statement) => `${plain(id)}: ${line(statement)}`),
      ),
    ),
    ...Object.keys(Outputs).map((id) => `Output ${plain(id)}`),
  ].sort();
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}
const POLICIES = ['PolicyDocument', 'KeyPolicy', 'AssumeRolePolicyDocument', 'AccessPolicy'] as const;
type Policies = (typeof POLICIES)[number];
interface Document {
  readonly Resources: Record<
    string,
    { Type: string; Properties?: Partial<Record<Policies, { Statement: Statement[] }>> }
  >;
  readonly Outputs?: Record<string, unknown>;
}

function line({ Effect, Action, Resource, Principal, Condition }: Statement): string {
  const parts = [
    Effect,
    [Action].flat().join(' '),
    Resource && `on ${short(Resource)}`,
    Principal && `by ${short(Principal)}`,
    Condition && `if ${short(Condition)}`,
  ];
  return parts.filter(Boolean).join(' ');
}

/** References by name alone, so that a line stays readable. */
function short(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(short).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const [[key = '', argument] = []] = Object.entries(value);
  if (key === 'Ref') return plain(String(argument));
  if (key === 'Fn::GetAtt') return plain(String(argument[0]));
  if (key === 'Fn::Join') return argument[1].map(short).join('');
  if (key === 'Fn::GetStackOutput') return plain(argument.OutputName.replace(/[0-9A-F]{8}$/, ''));
  return `{${Object.entries(value)
    .map(([k, v]) => `${k}: ${short(v)}`)
    .join(', ')}}`;
}

function plain(id: string): string {
  return id.replace(/[0-9a-fA-F]{8}(?=[0-9a-f]{24}$)[0-9a-f]*$|[0-9A-F]{8}(?=$|Arn)/g, '');
}
