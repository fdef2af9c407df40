import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type EvidenceReport, type Finding, FORMAT, type Result, reportSchema } from '../../lib/evidence/model';
import { loadRegister } from '../../policies/load';
import { SAMPLE_OBLIGATIONS, SAMPLE_PROCESSORS, SAMPLE_RETENTION, SAMPLE_STORES } from './evidence-facts';
import { Random } from './random';

/** How large a sample is, and what is in it. */
export interface SampleOptions {
  /** @default 1000 */
  readonly resources?: number;
  /** Rules of the DPDP pack. @default 62 */
  readonly dpdpRules?: number;
  /** Rules of AwsSolutions that ran. @default 100 */
  readonly otherRules?: number;
  /** @default 130 */
  readonly acknowledgements?: number;
  /** Files of tests. @default 150 */
  readonly tests?: number;
  /** Findings that break something. @default 2 */
  readonly broken?: number;
  readonly sourceUrl?: string | null;
  /** Set instead of what is made, before the hash is computed. */
  readonly override?: Partial<EvidenceReport>;
}

const TODAY = '2026-11-29';
const AREAS = ['Residency', 'Encryption', 'Retention', 'Access', 'Exposure', 'Logging', 'Recovery', 'Monitoring'];
const NOUNS = ['Buckets', 'Tables', 'Queues', 'Functions', 'LogGroups', 'Keys', 'Topics', 'Backups'];
const TYPES = [
  ['AWS::S3::Bucket', 'Stores/CustomerFiles/Bucket'],
  ['AWS::DynamoDB::GlobalTable', 'CrmRecords'],
  ['AWS::SQS::Queue', 'Erasure/Eraser/WorkQueue'],
  ['AWS::Lambda::Function', 'Erasure/Planner/Function'],
  ['AWS::Logs::LogGroup', 'Erasure/Planner/LogGroup'],
  ['AWS::KMS::Key', 'TenantKey'],
  ['AWS::IAM::Policy', 'Erasure/Planner/ServiceRole/DefaultPolicy'],
  ['AWS::CloudWatch::Alarm', 'BacklogAlarm'],
] as const;
const STACKS = ['data', 'replica', 'audit', 'control-plane', 'network', 'guardrails', 'monitoring'].map(
  (name) => `digicrm-prod-${name}`,
);

/** A report such as the real app has, the same one each time; `reportSchema` accepts it. */
export function sampleReport(options: SampleOptions = {}): EvidenceReport {
  const random = new Random(7);
  const rules = rulesOf(options, random);
  const resources = resourcesOf(options, random, rules);
  const { findings, acknowledgements } = findingsOf(options, resources);
  for (const rule of rules) {
    rule.ran = resources.filter(({ rules: ids }) => ids.includes(rule.id)).length;
    rule.broken = findings.filter((f) => f.rule === rule.id && f.result === 'fail').length;
    rule.acknowledged = findings.filter((f) => f.rule === rule.id && f.result === 'acknowledged').length;
    rule.result =
      rule.broken > 0 ? 'fail' : rule.acknowledged > 0 ? 'acknowledged' : rule.ran > 0 ? 'pass' : 'unproven';
  }
  const tests = Array.from({ length: options.tests ?? 150 }, (_, i): EvidenceReport['tests'][number] => {
    const file = `test/${['lambda', 'lib', 'properties', 'integration'][i % 4]}/${slug(i)}.test.ts`;
    if (i === 7) return { file, result: 'fail', passed: 11, failed: 1 };
    return i % 40 === 39
      ? { file, result: 'not-run', passed: 0, failed: 0 }
      : { file, result: 'pass', passed: 3 + (i % 17), failed: 0 };
  });
  const register = loadRegister().controls;
  const controls = register.controls.map((control, i): EvidenceReport['controls'][number] => {
    const shown = rules.filter((_, r) => r % register.controls.length === i % 31);
    const files = tests.slice((i * 4) % tests.length, ((i * 4) % tests.length) + 4).map(({ file }) => file);
    // The register may have none, and a view shows them all.
    const planned = i === register.controls.length - 1;
    const unproven = i === 11;
    const mine = planned || unproven ? [] : shown;
    const failed = mine.filter(({ result }) => result === 'fail');
    const red = files.filter((file) => tests.some((test) => test.file === file && test.result === 'fail'));
    const result: Result = planned
      ? 'planned'
      : unproven
        ? 'unproven'
        : failed.length + red.length > 0
          ? 'fail'
          : mine.some((rule) => rule.result === 'acknowledged')
            ? 'acknowledged'
            : 'pass';
    return {
      id: control.id,
      statement: control.statement,
      result,
      reasons: [
        ...failed.map(({ id, broken }) => `${id} is broken by ${broken} resources.`),
        ...red.map((file) => `A test of ${file} failed.`),
        ...(unproven ? ['No rule ran on a resource and no test names it.'] : []),
        ...(planned ? ['Nothing of it works yet.'] : []),
      ],
      keptBy: control.keptBy,
      rules: mine.map(({ id }) => id),
      tests: unproven || planned ? [] : files,
      watchedBy: (control.watchedBy ?? []).map(({ rule }) => rule),
    };
  });
  const resultOf = (ids: readonly string[]) =>
    worst(controls.filter(({ id }) => ids.includes(id)).map((c) => c.result));
  const promises = register.statements.map(({ id, promise, status, controls: ids, note }) => ({
    id,
    text: promise,
    result: status === 'not-ours' ? ('not-applicable' as const) : resultOf(ids),
    note: note ?? null,
    controls: ids,
    obligations: SAMPLE_OBLIGATIONS.filter((duty) => duty.promises.includes(id)).map((duty) => duty.id),
  }));
  const obligations = SAMPLE_OBLIGATIONS.map((duty): EvidenceReport['obligations'][number] => {
    const ids = [...new Set(promises.filter((p) => duty.promises.includes(p.id)).flatMap((p) => p.controls))].slice(
      0,
      3,
    );
    const ours = ids.length > 0;
    return {
      ...duty,
      inForceToday: duty.inForceFrom <= TODAY && (duty.inForceUntil === null || TODAY < duty.inForceUntil),
      result: ours ? resultOf(ids) : 'not-applicable',
      note: ours ? null : 'Nothing that software could keep; the company does.',
      controls: ids,
    };
  });
  const { override, sourceUrl = 'https://git.example/digicrm/blob/3f2a9c1d0b7e4f6a8c5d2e1f0a9b8c7d6e5f4a3b' } = options;
  const report: Omit<EvidenceReport, 'hash'> = {
    format: FORMAT,
    madeAt: '2026-11-29T06:30:00.000Z',
    today: TODAY,
    stage: 'prod',
    commit: '3f2a9c1d0b7e4f6a8c5d2e1f0a9b8c7d6e5f4a3b',
    changed: false,
    version: '0.1.0',
    registerHash: sha256('register'),
    templatesHash: sha256('templates'),
    sourceUrl,
    promises,
    obligations,
    controls,
    rules,
    findings,
    acknowledgements,
    tests,
    resources,
    stores: [...SAMPLE_STORES],
    processors: SAMPLE_PROCESSORS,
    retention: [...SAMPLE_RETENTION],
    switches: [
      { id: 'networkFirewall', on: true, reason: null },
      { id: 'macie', on: true, reason: null },
      { id: 'replicaRegion', on: true, reason: null },
      {
        id: 'backupLockForGood',
        on: false,
        reason: 'A vault that is locked for good could not be removed with a stage.',
      },
      { id: 'unusedAccess', on: false, reason: 'The organisation analyses unused access in its own account.' },
    ],
    live: {
      endpoint: 'http://127.0.0.1:4566',
      checkedAt: '2026-11-29T06:29:00.000Z',
      checks: SAMPLE_STORES.slice(0, 6).map(({ at }, i) => ({
        at,
        what: 'Key that encrypts it',
        expected: 'alias/digicrm-prod-tenant',
        actual: i === 4 ? 'not answered' : 'alias/digicrm-prod-tenant',
        result: i === 4 ? 'unproven' : 'pass',
      })),
    },
    changes: [
      { kind: 'control', id: 'home-region', before: 'pass', after: 'unproven', worse: true },
      { kind: 'rule', id: rules[0]?.id ?? '', before: 'pass', after: 'fail', worse: true },
      { kind: 'processor', id: 'support-desk', before: null, after: 'listed', worse: false },
      { kind: 'promise', id: 'P12', before: 'planned', after: 'acknowledged', worse: false },
    ],
    ...override,
  };
  return reportSchema.parse({ ...report, hash: sha256(canonicalize(report) ?? '') });
}

function rulesOf({ dpdpRules = 62, otherRules = 100 }: SampleOptions, random: Random): EvidenceReport['rules'] {
  return Array.from({ length: dpdpRules + otherRules }, (_, i) => {
    const ours = i < dpdpRules;
    const noun = random.pick(NOUNS);
    const area = AREAS[i % AREAS.length] ?? '';
    return {
      id: ours ? `Dpdp-${noun}${area}${i + 1}` : `AwsSolutions-${area.slice(0, 3).toUpperCase()}${i + 1}`,
      pack: ours ? 'Dpdp' : 'AwsSolutions',
      title: `${noun} keep to what the register says of ${area.toLowerCase()}.`,
      severity: i % 9 === 8 ? ('warning' as const) : ('error' as const),
      why: 'Whoever reaches the resource by another way would find personal data there that no record speaks of.',
      fix: 'Set the property as the register says, or declare the store free of personal data with a reason.',
      serves: ours ? [`DPDP Rules 2025, rule 6(1)(${'abcdefg'[i % 7]})`] : [],
      result: 'pass' as const,
      ran: 0,
      broken: 0,
      acknowledged: 0,
    };
  });
}

function resourcesOf({ resources = 1000 }: SampleOptions, random: Random, rules: EvidenceReport['rules']) {
  return Array.from({ length: resources }, (_, i): EvidenceReport['resources'][number] => {
    const kind = i % TYPES.length;
    const [type, name] = TYPES[kind] ?? TYPES[0];
    const stack = STACKS[i % STACKS.length] ?? '';
    // Each rule looks at one or two types, as real ones do; one looks at nothing.
    const ids = rules.filter((_, r) => r !== 5 && (r % TYPES.length === kind || r % 41 === kind));
    return {
      at: `${stack}/${name}${i}/Resource`,
      type,
      stack,
      source:
        i % 50 === 49
          ? null
          : { file: `lib/${stack.slice(13)}/part-${random.below(40)}.ts`, line: 10 + random.below(190) },
      rules: (kind === 7 ? [] : ids).map(({ id }) => id),
    };
  });
}

function findingsOf(options: SampleOptions, resources: EvidenceReport['resources']) {
  const looked = resources.filter(({ rules }) => rules.length > 0);
  const at = (i: number) => looked[(i * 7) % Math.max(looked.length, 1)];
  const findings: Finding[] = [];
  const acknowledgements: EvidenceReport['acknowledgements'] = [];
  const wanted = looked.length === 0 ? 0 : (options.acknowledgements ?? 130);
  for (let i = 0; i < wanted; i++) {
    const resource = at(i);
    // The first rules are left for what is broken, and some have no finding at all.
    const rule = resource?.rules[8 + (i % 6)] ?? resource?.rules.at(-1);
    if (resource === undefined || rule === undefined) continue;
    const detail = i % 3 === 0 ? `Resource::arn:aws:s3:::digicrm-prod-${i}/*` : null;
    const daysLeft = i % 13 === 0 ? 5 + (i % 20) : 120 + i;
    findings.push({
      rule,
      detail,
      at: resource.at,
      result: 'acknowledged',
      source: resource.source,
      acknowledgement: i,
    });
    acknowledgements.push({
      findings: [`${rule.split('-')[0]}::${rule}${detail === null ? '' : `[${detail}]`}`],
      at: resource.at,
      reason:
        'The role reads the objects of one bucket, whose names nobody knows beforehand; it can delete none of them.',
      owner: i % 4 === 0 ? 'security' : 'platform',
      expires: dayAfter(daysLeft),
      daysLeft,
      ticket: `RISK-${1 + (i % 24)}`,
      source: resource.source,
    });
  }
  for (let i = 0; i < (options.broken ?? 2); i++) {
    const resource = at(i);
    const rule = resource?.rules[0];
    if (resource === undefined || rule === undefined) continue;
    findings.push({
      rule,
      detail: null,
      at: resource.at,
      result: 'fail',
      source: resource.source,
      acknowledgement: null,
    });
  }
  return { findings, acknowledgements };
}

/** As the worst of them is; nothing shows nothing. */
function worst(results: readonly Result[]): Result {
  const order: readonly Result[] = ['fail', 'unproven', 'acknowledged', 'planned', 'pass'];
  return order.find((result) => results.includes(result)) ?? 'unproven';
}

function dayAfter(days: number): string {
  return new Date(Date.parse(TODAY) + days * 86_400_000).toISOString().slice(0, 10);
}

function slug(i: number): string {
  const words = [
    'erasure',
    'holds',
    'ledger',
    'retention',
    'transfer',
    'sealing',
    'buckets',
    'trail',
    'keys',
    'stores',
  ];
  return `${words[i % words.length]}-${i}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
