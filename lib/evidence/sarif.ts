import type { EvidenceReport, Finding, RuleResult } from './model';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const INFORMATION = 'https://github.com/cdklabs/cdk-nag';

/**
 * The findings of all packs as SARIF 2.1.0, one run for each pack, in the form that GitHub's code scanning takes: each
 * result has a file and a line; a finding that may stay is a suppressed one with its justification.
 * Source: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function sarifOf(report: EvidenceReport): object {
  const packs = [...new Set(report.rules.map(({ pack }) => pack))].sort();
  return { $schema: SCHEMA, version: '2.1.0', runs: packs.map((pack) => runOf(pack, report)) };
}

function runOf(pack: string, report: EvidenceReport): object {
  const rules = report.rules.filter((rule) => rule.pack === pack);
  const indices = new Map(rules.map(({ id }, i) => [id, i]));
  return {
    tool: { driver: { name: pack, version: report.version, informationUri: INFORMATION, rules: rules.map(ruleOf) } },
    automationDetails: { id: `digicrm-evidence/${pack}/${report.stage}` },
    invocations: [{ executionSuccessful: true, endTimeUtc: report.madeAt }],
    originalUriBaseIds: { SRCROOT: { description: { text: 'The root of the repository.' } } },
    columnKind: 'utf16CodeUnits',
    ...(report.commit !== null &&
      report.sourceUrl !== null && {
        versionControlProvenance: [{ repositoryUri: report.sourceUrl, revisionId: report.commit }],
      }),
    results: report.findings
      .filter(({ rule }) => indices.has(rule))
      .map((finding) => resultOf(finding, indices.get(finding.rule) ?? 0, rules, report)),
  };
}

function ruleOf({ id, title, severity, why, fix, serves }: RuleResult): object {
  return {
    id,
    name: id.replaceAll(/[^A-Za-z0-9]/g, ''),
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: [fix, ...serves].filter((text) => text !== '').join('\n') || title },
    defaultConfiguration: { level: severity },
    properties: { tags: ['security', 'privacy'], ...(serves.length > 0 && { serves }) },
  };
}

function resultOf(finding: Finding, ruleIndex: number, rules: readonly RuleResult[], report: EvidenceReport): object {
  const rule = rules[ruleIndex];
  const { at, detail, source } = finding;
  const accepted = finding.acknowledgement === null ? undefined : report.acknowledgements[finding.acknowledgement];
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: rule?.severity ?? 'error',
    message: { text: `${at}: ${rule?.title ?? finding.rule}${detail === null ? '' : ` (${detail})`}` },
    locations: [
      {
        // Whatever has no place in the source is somewhere in the app: a result without a file is not shown.
        physicalLocation: {
          artifactLocation: { uri: uriOf(source?.file ?? 'bin/app.ts'), uriBaseId: 'SRCROOT' },
          region: { startLine: source?.line ?? 1 },
        },
        logicalLocations: [{ fullyQualifiedName: at, kind: 'resource' }],
      },
    ],
    // The place in the source moves with each edit; the construct and what is found there do not.
    partialFingerprints: { 'construct/v1': `${finding.rule}:${at}:${detail ?? ''}` },
    ...(finding.result === 'acknowledged' && {
      suppressions: [
        {
          kind: 'inSource',
          status: 'accepted',
          ...(accepted && {
            justification: `${accepted.reason} (${accepted.ticket}, ${accepted.owner}, until ${accepted.expires})`,
          }),
        },
      ],
    }),
  };
}

/** A path as a URI has it. */
function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
