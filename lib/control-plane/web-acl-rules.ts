import { CfnIPSet, type CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { MAX_BODY_BYTES } from '../../lambda/shared/http';
import { PROBLEM_BASE, PROBLEMS, type ProblemSlug } from '../../lambda/shared/problem';

/** A rule without its place, which is that in the list. */
export type WebAclRule = Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

/**
 * Calls in five minutes. The gateway throttles all clients together at 50 a second; one token may take a fifth
 * of that, and one address, behind which several clients can stand, two.
 */
export const RATE_LIMITS = { perToken: 3_000, perAddress: 6_000 };
const FIVE_MINUTES = 300;

/** Problems that the web ACL answers with itself. */
const ANSWERS = ['blocked', 'too-large', 'too-many-requests'] as const satisfies readonly ProblemSlug[];

/**
 * RFC 9457 problems as the web ACL can give them: as application/json, since WAF lets nobody name another JSON
 * type, and without an id, since it has none. Blocks by AWS's own rules are answered by the gateway.
 */
export const RESPONSE_BODIES: Readonly<Record<string, CfnWebACL.CustomResponseBodyProperty>> = Object.fromEntries(
  ANSWERS.map((slug) => {
    const { status, title, detail } = PROBLEMS[slug];
    const problem = { type: PROBLEM_BASE + slug, title, status, detail, requestId: 'not-assigned' };
    return [slug, { contentType: 'APPLICATION_JSON', content: JSON.stringify(problem) }];
  }),
);

/** All rules in the order in which they are asked: first what costs least to tell. */
export function webAclRules(scope: Construct, crmAddresses: readonly string[]): WebAclRule[] {
  return [
    ...(crmAddresses.length > 0 ? [onlyFrom(scope, crmAddresses)] : []),
    rateLimit('TooManyFromOneAddress', { limit: RATE_LIMITS.perAddress, aggregateKeyType: 'IP' }),
    rateLimit('TooManyWithOneToken', {
      limit: RATE_LIMITS.perToken,
      aggregateKeyType: 'CUSTOM_KEYS',
      // By its hash: what a rate rule counts by can appear in logs. Calls without the header are not counted here.
      customKeys: [{ header: { name: 'authorization', textTransformations: [{ priority: 0, type: 'MD5' }] } }],
    }),
    bodyTooLarge(),
    managed('AWSManagedRulesAmazonIpReputationList'),
    // Callers are machines, and machines stand in data centres: being hosted is nothing to hold against them.
    managed('AWSManagedRulesAnonymousIpList', 'HostingProviderIPList'),
    managed('AWSManagedRulesKnownBadInputsRuleSet'),
    // It draws the line at 8 KB, where this API takes 64; the rule above keeps that.
    managed('AWSManagedRulesCommonRuleSet', 'SizeRestrictions_BODY'),
  ];
}

/** Turns away every address but these. */
function onlyFrom(scope: Construct, addresses: readonly string[]): WebAclRule {
  const sets = (['IPV4', 'IPV6'] as const).flatMap((ipAddressVersion) => {
    const those = addresses.filter((address) => address.includes(':') === (ipAddressVersion === 'IPV6'));
    if (those.length === 0) return [];
    const description = 'Addresses that the API may be called from';
    const set = { scope: 'REGIONAL', ipAddressVersion, addresses: those, description };
    return [{ ipSetReferenceStatement: { arn: new CfnIPSet(scope, `Crm${ipAddressVersion}`, set).attrArn } }];
  });
  const [only, ...more] = sets;
  const known = more.length > 0 ? { orStatement: { statements: sets } } : only;
  return { name: 'UnknownAddress', statement: { notStatement: { statement: known ?? {} } }, action: block('blocked') };
}

function rateLimit(name: string, limit: CfnWebACL.RateBasedStatementProperty): WebAclRule {
  return {
    name,
    statement: { rateBasedStatement: { ...limit, evaluationWindowSec: FIVE_MINUTES } },
    action: block('too-many-requests', { 'Retry-After': '60' }),
  };
}

/** More than the functions would take (lambda/shared/http.ts), and more than the web ACL could look through. */
function bodyTooLarge(): WebAclRule {
  return {
    name: 'BodyTooLarge',
    statement: {
      sizeConstraintStatement: {
        fieldToMatch: { body: { oversizeHandling: 'MATCH' } },
        comparisonOperator: 'GT',
        size: MAX_BODY_BYTES,
        textTransformations: [{ priority: 0, type: 'NONE' }],
      },
    },
    action: block('too-large'),
  };
}

/** A group of AWS's rules; those named are only counted. */
function managed(name: string, ...counted: string[]): WebAclRule {
  const ruleActionOverrides = counted.map((rule) => ({ name: rule, actionToUse: { count: {} } }));
  return {
    name,
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name, ruleActionOverrides } },
    overrideAction: { none: {} },
  };
}

function block(slug: (typeof ANSWERS)[number], headers: Record<string, string> = {}): CfnWebACL.RuleActionProperty {
  const all = { 'Cache-Control': 'no-store', ...headers };
  return {
    block: {
      customResponse: {
        responseCode: PROBLEMS[slug].status,
        customResponseBodyKey: slug,
        responseHeaders: Object.entries(all).map(([name, value]) => ({ name, value })),
      },
    },
  };
}
