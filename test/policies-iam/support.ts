import { anonymousPrincipal, runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT } from '../lib/support/resolve';

/** Condition keys of a request. */
export type Context = Readonly<Record<string, string | string[]>>;
/** A policy as JSON. */
export interface Document {
  readonly Version?: string;
  readonly Statement: readonly { readonly Sid?: string; readonly Effect: string; readonly [more: string]: unknown }[];
}
export type Answer = 'allowed' | 'denied';

/** Somebody who calls AWS. To test what a policy forbids, everybody is allowed everything by IAM. */
export interface Who {
  readonly principal: string | typeof anonymousPrincipal;
  /** Account of the caller. @default - none: an AWS service, or nobody */
  readonly account?: string;
  /** Condition keys that come with the caller. */
  readonly context?: Context;
}

/** The policies that take part in a decision. */
export interface Policies {
  readonly scps?: readonly Document[];
  readonly rcps?: readonly Document[];
  readonly boundary?: Document;
  readonly resource?: Document;
  readonly endpoint?: Document;
}

export const STRANGER_ACCOUNT = '999988887777';
export const ORGANIZATION = 'o-a1b2c3d4e5';
const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** What a resource's policy says when somebody has opened it to everybody. */
export const OPEN: Document = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
};

/** A role of an account. */
export function role(name: string, context: Context = {}, account = ACCOUNT): Who {
  return { principal: `arn:aws:iam::${account}:role/${name}`, account, context };
}

/** A tag of the caller, as a condition key. */
export function tagged(...tags: string[]): Context {
  return Object.fromEntries(tags.map((tag) => [`aws:PrincipalTag/${tag}`, 'true']));
}

/** A service of AWS that calls in its own name. */
export function service(name: string, sourceAccount?: string, context: Context = {}): Who {
  return {
    principal: `${name}.amazonaws.com`,
    context: {
      'aws:PrincipalIsAWSService': 'true',
      ...(sourceAccount && { 'aws:SourceAccount': sourceAccount }),
      ...context,
    },
  };
}

/** Somebody on the internet without credentials. */
export const NOBODY: Who = { principal: anonymousPrincipal };

/** Whether the request goes through. Throws where a condition key of the row has no meaning for the action. */
export async function decide(
  who: Who,
  action: string,
  resource: string,
  context: Context,
  policies: Policies,
): Promise<Answer> {
  const known = who.account !== undefined;
  const answer = await runSimulation(
    {
      request: {
        principal: who.principal,
        action,
        resource: { resource, accountId: context['aws:ResourceAccount']?.toString() ?? ACCOUNT },
        contextVariables: {
          'aws:RequestedRegion': 'ap-south-1',
          'aws:SecureTransport': 'true',
          's3:TlsVersion': '1.3',
          'aws:ViaAWSService': 'false',
          'aws:ResourceAccount': ACCOUNT,
          ...(who.principal !== anonymousPrincipal && { 'aws:PrincipalIsAWSService': 'false' }),
          ...(known && { 'aws:PrincipalArn': String(who.principal), 'aws:PrincipalAccount': String(who.account) }),
          ...who.context,
          ...context,
        },
      },
      identityPolicies: known ? [{ name: 'everything', policy: EVERYTHING }] : [],
      serviceControlPolicies:
        policies.scps && known ? [organization('scps', [EVERYTHING as Document, ...policies.scps])] : [],
      resourceControlPolicies: policies.rcps ? [organization('rcps', policies.rcps)] : [],
      ...(policies.boundary && { permissionBoundaryPolicies: [{ name: 'boundary', policy: policies.boundary }] }),
      ...(policies.resource && { resourcePolicy: policies.resource }),
      ...(policies.endpoint && { vpcEndpointPolicies: [{ name: 'endpoint', policy: policies.endpoint }] }),
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(answer.errors)}`);
  const results = answer.resultType === 'single' ? [answer.result] : answer.results;
  const ignored = results.flatMap((r) => r.ignoredContextKeys ?? []).filter((key) => key in context);
  if (ignored.length > 0) throw new Error(`${action} does not know ${ignored.join(', ')}`);
  return answer.overallResult === 'Allowed' ? 'allowed' : 'denied';
}

function organization(
  orgIdentifier: string,
  documents: readonly Document[],
): Simulation['serviceControlPolicies'][number] {
  return { orgIdentifier, policies: documents.map((policy, i) => ({ name: `${orgIdentifier}-${i}`, policy })) };
}
