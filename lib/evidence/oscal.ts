import { v5 } from 'uuid';
import type { Control, EvidenceReport, Finding, Obligation, Promised, Result } from './model';

const OSCAL_VERSION = '1.1.3';
/** Names of ours within OSCAL's properties. It is a name and leads nowhere. */
const NS = 'urn:digicrm:compliance';
/** Ids follow from content, so that the same report has the same ids. */
const UUIDS = v5(NS, v5.URL);
const DIGEST = 'sha-256';

/** Parts of a document link to each other by such ids. */
function uuid(...names: string[]): string {
  return v5(names.join('\n'), UUIDS);
}

/**
 * What the software does for each promise and obligation, as an OSCAL component definition: a component for each
 * control, which implements the promises and obligations that name it.
 * Source: https://pages.nist.gov/OSCAL/resources/concepts/layer/implementation/component-definition/
 */
export function componentDefinitionOf(report: EvidenceReport): object {
  return {
    'component-definition': {
      uuid: uuid('component-definition', report.hash),
      metadata: metadataOf('DigiCRM compliance control plane: what keeps each promise', report),
      components: report.controls.map((control) => componentOf(control, report)),
    },
  };
}

function componentOf(control: Control, report: EvidenceReport): object {
  const promises = report.promises.filter(({ controls }) => controls.includes(control.id));
  const obligations = report.obligations.filter(({ controls }) => controls.includes(control.id));
  const implementations = [
    ...implementation('promises', 'The privacy policy, statement by statement', control, promises.map(promiseOf)),
    ...implementation('obligations', 'What the law asks', control, obligations.map(obligationOf)),
  ];
  return {
    uuid: componentUuid(control.id),
    type: 'software',
    title: control.id,
    description: control.statement,
    props: [
      property('result', control.result),
      ...control.keptBy.map((file) => property('kept-by', file)),
      ...control.rules.map((rule) => property('rule', rule)),
      ...control.tests.map((test) => property('test', test)),
    ],
    ...(implementations.length > 0 && { 'control-implementations': implementations }),
  };
}

interface Requirement {
  readonly id: string;
  readonly description: string;
  readonly result: Result;
}

function implementation(
  source: string,
  description: string,
  control: Control,
  requirements: readonly Requirement[],
): object[] {
  if (requirements.length === 0) return [];
  return [
    {
      uuid: uuid('implementation', source, control.id),
      source: `#${source}`,
      description,
      'implemented-requirements': requirements.map((requirement) => ({
        uuid: requirementUuid(requirement.id, control.id),
        'control-id': tokenOf(requirement.id),
        description: requirement.description,
        props: [property('result', requirement.result)],
      })),
    },
  ];
}

const promiseOf = ({ id, text, result }: Promised): Requirement => ({ id, description: text, result });
const obligationOf = ({ id, citation, requires, result }: Obligation): Requirement => ({
  id,
  description: `${citation}: ${requires}`,
  result,
});

/**
 * What this run found, as OSCAL assessment results: an observation for each rule that ran, each test file and each finding
 * that may stay or fails, and a finding for each control. There is no assessment plan in OSCAL; the plan is the register.
 * Source: https://pages.nist.gov/OSCAL/resources/concepts/layer/assessment/assessment-results/
 */
export function assessmentResultsOf(report: EvidenceReport): object {
  const observations = observationsOf(report);
  const findings = report.controls.map((control) => findingOf(control, report));
  return {
    'assessment-results': {
      uuid: uuid('assessment-results', report.hash),
      metadata: metadataOf('DigiCRM compliance control plane: evidence', report),
      'import-ap': {
        href: 'policies/controls.yaml',
        remarks: 'The register names the rules and tests of each control.',
      },
      results: [
        {
          uuid: uuid('result', report.hash),
          title: `Stage ${report.stage}`,
          description: 'Rules ran on the synthesised templates; tests ran on the same source.',
          start: report.madeAt,
          end: report.madeAt,
          props: propertiesOf(report),
          'reviewed-controls': {
            'control-selections': [
              { 'include-controls': report.controls.map(({ id }) => ({ 'control-id': tokenOf(id) })) },
            ],
          },
          ...(observations.length > 0 && { observations }),
          ...(findings.length > 0 && { findings }),
        },
      ],
    },
  };
}

function observationsOf({ rules, tests, findings, acknowledgements, madeAt }: EvidenceReport): object[] {
  return [
    ...rules.map(({ id, title, result, ran, broken, acknowledged }) => ({
      ...observation('rule', id, title, result, madeAt),
      remarks: `Ran on ${ran} resources; ${broken} broken, ${acknowledged} of them acknowledged.`,
    })),
    ...tests.map(({ file, result, passed, failed }) => ({
      ...observation('test', file, file, result, madeAt),
      remarks: `${passed} tests passed, ${failed} failed.`,
    })),
    ...findings.map((finding, i) => {
      const accepted = finding.acknowledgement === null ? undefined : acknowledgements[finding.acknowledgement];
      return {
        ...observation('finding', `${i} ${finding.rule} ${finding.at}`, describe(finding), finding.result, madeAt),
        ...(accepted && { remarks: `${accepted.reason} (${accepted.ticket}, ${accepted.owner}, ${accepted.expires})` }),
      };
    }),
  ];
}

function observation(kind: string, name: string, description: string, result: string, collected: string): object {
  return {
    uuid: uuid('observation', kind, name),
    title: name,
    description,
    methods: ['TEST'],
    types: [kind],
    props: [property('result', result)],
    collected,
  };
}

function describe({ rule, at, detail }: Finding): string {
  return `${at}: ${rule}${detail === null ? '' : ` (${detail})`}`;
}

function findingOf(control: Control, { promises, obligations }: EvidenceReport): object {
  const first = [...promises, ...obligations].find(({ controls }) => controls.includes(control.id));
  const observed = [
    ...control.rules.map((rule) => uuid('observation', 'rule', rule)),
    ...control.tests.map((test) => uuid('observation', 'test', test)),
  ];
  return {
    uuid: uuid('finding', control.id),
    title: control.id,
    description: [control.statement, ...control.reasons].join(' '),
    target: {
      type: 'objective-id',
      'target-id': tokenOf(control.id),
      // OSCAL knows two states; what is not shown is not satisfied, and the reason says which of ours it is.
      status: {
        state: control.result === 'pass' || control.result === 'acknowledged' ? 'satisfied' : 'not-satisfied',
        reason: control.result,
      },
    },
    ...(first && { 'implementation-statement-uuid': requirementUuid(first.id, control.id) }),
    ...(observed.length > 0 && { 'related-observations': observed.map((id) => ({ 'observation-uuid': id })) }),
  };
}

function metadataOf(title: string, report: EvidenceReport): object {
  return {
    title,
    'last-modified': report.madeAt,
    version: report.version,
    'oscal-version': OSCAL_VERSION,
    props: propertiesOf(report),
  };
}

function propertiesOf({ stage, commit, changed, registerHash, templatesHash, hash }: EvidenceReport): object[] {
  return [
    property('stage', stage),
    ...(commit === null ? [] : [property('commit', commit)]),
    property('changed', String(changed)),
    property(`register-${DIGEST}`, registerHash),
    property(`templates-${DIGEST}`, templatesHash),
    property(`report-${DIGEST}`, hash),
  ];
}

function property(name: string, value: string): object {
  return { name, ns: NS, value };
}

function componentUuid(control: string): string {
  return uuid('component', control);
}

function requirementUuid(id: string, control: string): string {
  return uuid('requirement', id, control);
}

/** A token of OSCAL begins with a letter and has no blank or slash. */
function tokenOf(id: string): string {
  const token = id.replaceAll(/[^\p{L}\p{N}._-]/gu, '-');
  return /^[\p{L}_]/u.test(token) ? token : `_${token}`;
}
