import * as z from 'zod';

/** Version of the report's JSON; a report of another one cannot be compared. */
export const FORMAT = 'digicrm-evidence/1';

/**
 * `pass`: its rules ran on at least one resource, none is broken, and its tests passed in this run. `acknowledged`: the
 * same, but for findings that may stay. `fail`: a rule is broken or a test failed. `unproven`: there is nothing that
 * shows it. `planned` and `not-applicable` are the register's word, with a reason.
 */
export const RESULTS = ['fail', 'unproven', 'acknowledged', 'pass', 'planned', 'not-applicable'] as const;
export const resultSchema = z.enum(RESULTS);

const text = z.string();
const count = z.int().nonnegative();
const instant = z.iso.datetime();
const day = z.iso.date();

/** A place in the source, relative to the repository. */
const sourceSchema = z.strictObject({ file: text, line: z.int().positive() }).nullable();

const promiseSchema = z.strictObject({
  /** P1 to P22. */
  id: text,
  text,
  result: resultSchema,
  /** Why it is what it is, where that is not plain. */
  note: text.nullable(),
  controls: z.array(text),
  obligations: z.array(text),
});

const obligationSchema = z.strictObject({
  /** As in policies/controls.yaml, e.g. `R-6a`. */
  id: text,
  /** E.g. `DPDP Rules 2025, rule 6(1)(a)`. */
  citation: text,
  requires: text,
  inForceFrom: day,
  /** First day on which it is no longer in force; null = none known. */
  inForceUntil: day.nullable(),
  inForceToday: z.boolean(),
  result: resultSchema,
  note: text.nullable(),
  promises: z.array(text),
  controls: z.array(text),
});

const controlSchema = z.strictObject({
  id: text,
  statement: text,
  result: resultSchema,
  /** One short sentence for each thing that keeps it from `pass`. */
  reasons: z.array(text),
  /** Files that keep it. */
  keptBy: z.array(text),
  /** Full ids of rules. */
  rules: z.array(text),
  /** Files of tests. */
  tests: z.array(text),
  /** Rules of AWS Config that watch it in the account. */
  watchedBy: z.array(text),
});

const ruleSchema = z.strictObject({
  /** E.g. `Dpdp-S3ReplicationInIndia`. */
  id: text,
  pack: text,
  title: text,
  severity: z.enum(['error', 'warning']),
  why: text,
  fix: text,
  serves: z.array(text),
  result: resultSchema,
  /** Resources that it looked at. */
  ran: count,
  broken: count,
  acknowledged: count,
});

const findingSchema = z.strictObject({
  /** Full id of the rule, without what it says in brackets. */
  rule: text,
  /** What stood in brackets: which of several things. */
  detail: text.nullable(),
  /** Path of the construct. */
  at: text,
  result: z.enum(['fail', 'acknowledged']),
  source: sourceSchema,
  /** Index in `acknowledgements`; null where it has none. */
  acknowledgement: count.nullable(),
});

const acknowledgementSchema = z.strictObject({
  /** Qualified ids. */
  findings: z.array(text),
  /** Path of the construct. */
  at: text,
  reason: text,
  owner: text,
  expires: day,
  /** Days from today until it ends; 0 = today is its last day. */
  daysLeft: z.int(),
  ticket: text,
  source: sourceSchema,
});

const testSchema = z.strictObject({
  file: text,
  result: z.enum(['pass', 'fail', 'not-run']),
  /** Tests in it that passed and failed. */
  passed: count,
  failed: count,
});

const resourceSchema = z.strictObject({
  /** Path of the construct. */
  at: text,
  type: text,
  stack: text,
  source: sourceSchema,
  /** Full ids of the rules that looked at it. */
  rules: z.array(text),
});

const storeSchema = z.strictObject({
  id: text,
  kind: text,
  /** Path of the construct. */
  at: text,
  stack: text,
  region: text,
  dataRole: text,
  dataClass: text,
  /** Id of the store that it is a copy of. */
  copyOf: text.nullable(),
  source: sourceSchema,
});

const processorSchema = z.strictObject({
  id: text,
  name: text,
  /** Countries in which it may have the data. */
  countries: z.array(text),
  purposes: z.array(text),
  /** Whether there is a contract that holds today: without one, everything is denied. */
  contract: z.boolean(),
});

/** Of one class of data: what happens with it, from its end of use on. */
const timelineSchema = z.strictObject({
  id: text,
  meaning: text,
  dataRole: text,
  /** From `fromDay` to `toDay`, in days since `since`; null = no end that a rule sets. */
  spans: z.array(
    z.strictObject({
      label: text,
      kind: z.enum(['recoverable', 'kept-by-law', 'erased-by', 'backup', 'locked']),
      since: text,
      fromDay: count,
      toDay: count.nullable(),
      citation: text,
    }),
  ),
});

const switchSchema = z.strictObject({ id: text, on: z.boolean(), reason: text.nullable() });

const liveSchema = z.strictObject({
  /** `aws` or the address of a local cloud on loopback. */
  endpoint: text,
  checkedAt: instant,
  checks: z.array(
    z.strictObject({
      at: text,
      what: text,
      expected: text,
      actual: text,
      result: z.enum(['pass', 'fail', 'unproven']),
    }),
  ),
});

const changeSchema = z.strictObject({
  kind: z.enum(['promise', 'obligation', 'control', 'rule', 'acknowledgement', 'switch', 'store', 'processor']),
  id: text,
  /** Null: it was not there, or is not there any more. */
  before: text.nullable(),
  after: text.nullable(),
  worse: z.boolean(),
});

/** The evidence report, as `evidence.json` has it. HTML, SARIF, OSCAL and CSV are views of it. */
export const reportSchema = z.strictObject({
  format: z.literal(FORMAT),
  madeAt: instant,
  /** Day in India for which the law is judged. */
  today: day,
  stage: text,
  /** Commit of the source; null outside of a repository. */
  commit: z.string().nullable(),
  /** Whether files differ from the commit. */
  changed: z.boolean(),
  version: text,
  /** SHA-256 over the register's files, in hex. */
  registerHash: text,
  /** SHA-256 over the templates, in hex. */
  templatesHash: text,
  /** Address at which the source of the commit can be read, without a slash at its end; null = none given. */
  sourceUrl: z.string().nullable(),
  promises: z.array(promiseSchema),
  obligations: z.array(obligationSchema),
  controls: z.array(controlSchema),
  rules: z.array(ruleSchema),
  findings: z.array(findingSchema),
  acknowledgements: z.array(acknowledgementSchema),
  tests: z.array(testSchema),
  resources: z.array(resourceSchema),
  stores: z.array(storeSchema),
  processors: z.array(processorSchema),
  retention: z.array(timelineSchema),
  switches: z.array(switchSchema),
  /** What a running account says; null where none was asked. */
  live: liveSchema.nullable(),
  /** Against the last report; null where there is none. */
  changes: z.array(changeSchema).nullable(),
  /** SHA-256 over the canonical JSON of everything else, in hex. */
  hash: text,
});

export type EvidenceReport = z.infer<typeof reportSchema>;
export type Result = z.infer<typeof resultSchema>;
export type Promised = z.infer<typeof promiseSchema>;
export type Obligation = z.infer<typeof obligationSchema>;
export type Control = z.infer<typeof controlSchema>;
export type RuleResult = z.infer<typeof ruleSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type AcknowledgedFinding = z.infer<typeof acknowledgementSchema>;
export type TestResult = z.infer<typeof testSchema>;
export type Resource = z.infer<typeof resourceSchema>;
export type StoreEvidence = z.infer<typeof storeSchema>;
export type Timeline = z.infer<typeof timelineSchema>;
export type Change = z.infer<typeof changeSchema>;
export type Source = z.infer<typeof sourceSchema>;
