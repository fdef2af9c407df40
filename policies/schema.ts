import * as z from 'zod';
import { type ConfigRule, controlsSchema } from './controls-schema';
import { packSchema } from './pack-schema';
import { citation, date, id, regionName, sentence } from './schema-parts';
import { processorsSchema, transfersSchema } from './transfer-schema';

/**
 * Shape of the register: what the company promises and the law requires, as data.
 * Every file of policies/*.yaml has one schema here; unknown fields are errors.
 */

const days = z.int().min(0).max(36600);
const backupDays = z.int().min(1).max(36500);

const region = z.strictObject({
  region: regionName,
  place: z.string(),
  citation,
});

/** policies/regions.yaml */
export const regionsSchema = z.strictObject({ home: region, replica: region });

/** WAF takes none that is everything. */
const cidr = z.union([z.cidrv4(), z.cidrv6()]);
const network = z
  .string()
  .refine((text) => cidr.safeParse(text).success, 'a network in CIDR notation such as 192.0.2.0/24')
  .refine((text) => !text.endsWith('/0'), 'a network smaller than everything');

/** On, or off with a reason that appears in the evidence. */
const costlySwitch = z.discriminatedUnion('enabled', [
  z.strictObject({ enabled: z.literal(true) }),
  z.strictObject({ enabled: z.literal(false), reason: sentence }),
]);

/** What an emulator may lack. A construct that needs one of these asks `AppStage.has` and is left out without it. */
export const emulatedServices = [
  'network-firewall',
  'dns-firewall',
  'nat-gateway',
  'flow-logs',
  'dns-query-logs',
  'web-acl-association',
  'metric-filter',
  'trail',
  'config',
  'guardduty',
  'security-hub',
  'access-analyzer',
  'macie',
  'backup',
  'replication',
  'trace-sampling',
] as const;

/** policies/stages.yaml */
export const stagesSchema = z.strictObject({
  stages: z.record(
    id,
    z.strictObject({
      purpose: sentence,
      terminationProtection: z.boolean(),
      /** Services that this stage's cloud does not have; what needs them is left out. Empty for AWS. */
      lacks: z.array(z.strictObject({ service: z.enum(emulatedServices), reason: sentence })),
      /** Hours between confirmation and the first deletion of a tenant erasure; null = the register's number. */
      coolingOffHours: z.strictObject({ hours: z.number().min(0), reason: sentence }).nullable(),
      /** Object Lock of the statutory books: in mode COMPLIANCE nobody can end a lock early, not even the account's owner. */
      booksLock: z.strictObject({ mode: z.enum(['COMPLIANCE', 'GOVERNANCE']), reason: sentence }),
      /** Object Lock of the log archive, the same way. */
      logLock: z.strictObject({ mode: z.enum(['COMPLIANCE', 'GOVERNANCE']), reason: sentence }),
      /** Networks that the API may be called from, in CIDR notation; empty = any. */
      crmAddresses: z.array(network),
      switches: z.strictObject({
        networkFirewall: costlySwitch,
        /** AWS Config: recorder and conformance pack. Off where a landing zone records already; there can be one. */
        config: costlySwitch,
        /** GuardDuty: one detector for each account and Region. */
        guardDuty: costlySwitch,
        /** Security Hub with the AWS foundational standard; needs `config`. */
        securityHub: costlySwitch,
        /** Access Analyzer for access that nobody uses, priced by role; the one for external access is free. */
        unusedAccess: costlySwitch,
        macie: costlySwitch,
        replicaRegion: costlySwitch,
        waf: costlySwitch,
        /** OAuth scopes as a second lock beside the client register. */
        tokenScopes: costlySwitch,
        /** AWS Backup: vault, daily plan and roles. */
        backups: costlySwitch,
        /** The backup vault's lock can no longer be lifted by anybody, AWS included. */
        backupLockForGood: costlySwitch,
      }),
    }),
  ),
});

/** policies/data.yaml */
export const dataSchema = z.strictObject({
  roles: z.array(
    z.strictObject({
      id: z.enum(['account', 'tenant', 'telemetry', 'books', 'none']),
      meaning: sentence,
      actingAs: z.enum(['fiduciary', 'processor', 'none']),
      citation,
    }),
  ),
  classes: z.array(
    z.strictObject({
      id,
      role: z.enum(['account', 'tenant', 'telemetry', 'books']),
      meaning: sentence,
      examples: z.array(z.string()).min(1),
    }),
  ),
});

/** Facts that a rule's clock can start at; the first three are calls to erase, or lead to one. */
export const dayFacts = [
  'requestedAt',
  'consentWithdrawnAt',
  'terminatedAt',
  'lastProcessedAt',
  'financialYearEnd',
  'annualReturnDueDate',
] as const;

/** On only with the role of whoever answers for it; `approvedOn: null` = that signature is awaited. */
const ruleSwitch = z.discriminatedUnion('on', [
  z.strictObject({
    on: z.literal(true),
    approver: z.string().min(3, 'the role of a named approver'),
    approvedOn: date.nullable(),
  }),
  z.strictObject({ on: z.literal(false), approver: z.null(), approvedOn: z.null(), reason: sentence }),
]);

/** policies/retention.yaml: the promise's and the law's numbers. The file's head explains the kinds. */
export const retentionSchema = z.strictObject({
  rules: z.array(
    z.strictObject({
      id,
      kind: z.enum(['trigger', 'ceiling', 'floor', 'hold', 'default', 'safeguard']),
      /** Whose word it is: a duty to keep can only come from a law. */
      authority: z.enum(['law', 'promise']),
      statement: sentence,
      /** Length in days, or in calendar months or years; null where the rule has none. */
      period: z.strictObject({ unit: z.enum(['days', 'months', 'years']), value: z.int().min(1).max(5000) }).nullable(),
      /** The fact at which the rule's clock starts; null for the kinds without a clock. */
      countsFrom: z.enum(dayFacts).nullable(),
      /** First day, in India, on which the rule counts; null = since ever. */
      inForceFrom: date.nullable(),
      /** First day, in India, on which it no longer counts; null = no end known. */
      until: date.nullable(),
      /** What the rule is about; null = whatever the role holds, every scope, every reason. */
      appliesTo: z.strictObject({
        roles: z.array(z.enum(['account', 'tenant', 'telemetry', 'books'])).min(1),
        classes: z.array(id).min(1).nullable(),
        scopes: z
          .array(z.enum(['tenant', 'subject']))
          .min(1)
          .nullable(),
        reasons: z.array(id).min(1).nullable(),
        /** Only these fields; left out = every field. */
        fields: z.array(z.string().min(1)).min(1).optional(),
        /** Only an operator of this legal form; left out = any. */
        entityTypes: z.array(id).min(1).optional(),
      }),
      /** For a ceiling by law: the floors that may outlast it all the same. */
      yieldsTo: z.array(id).optional(),
      switch: ruleSwitch,
      citation,
    }),
  ),
  /** S3 lifecycle numbers, in days, chosen so that the promise holds after rounding to midnight UTC. */
  lifecycle: z.strictObject({
    noncurrentDays: z.strictObject({ days, citation }),
    incompleteUploadDays: z.strictObject({ days, citation }),
    exportDays: z.strictObject({ days, citation }),
    accessLogDays: z.strictObject({ days, citation }),
    functionLogDays: z.strictObject({ days, citation }),
    /** Object Lock of what services log; it expires the day after. */
    logLockDays: z.strictObject({ days, citation }),
    /** Object Lock of the ledger; nothing in it expires. */
    ledgerLockDays: z.strictObject({ days, citation }),
  }),
  /** How long copies that nobody can edit may still hold what was erased from the stores. */
  backups: z.strictObject({
    /** No number of days below may be more; the vault refuses a recovery point that would be kept longer. */
    ceilingDays: z.strictObject({ days: backupDays, citation }),
    /** A daily recovery point, and each copy of it, goes these days after its creation. */
    retainDays: z.strictObject({ days: backupDays, citation }),
    /** The vault refuses a recovery point that would go earlier. */
    leastDays: z.strictObject({ days: backupDays, citation }),
    /** How far back a table can be restored to any second. */
    pointInTimeDays: z.strictObject({ days: backupDays, citation }),
    /** Days after its end until a recovery point is really gone. */
    removalDays: z.strictObject({ days, citation }),
    /** Days in which a lock for good can still be lifted after its first deployment. */
    lockGraceDays: z.strictObject({
      days: z.int().min(3, 'at least 3 days, as AWS Backup demands').max(36500),
      citation,
    }),
  }),
  /** Warnings before the end of a recovery window, each `marginHours` earlier than it says. */
  notices: z.strictObject({
    marginHours: z.strictObject({ hours: z.int().min(1).max(24), citation }),
    before: z
      .array(
        z.strictObject({
          id,
          hoursBefore: z
            .int()
            .min(1)
            .max(24 * 90),
          citation,
        }),
      )
      .min(1),
  }),
});

/** policies/erasure.yaml: how an erasure request is handled. */
export const erasureSchema = z.strictObject({
  coolingOffHours: z.strictObject({ hours: z.number().min(0), citation }),
  completeWithinDays: z.strictObject({ days, citation }),
  /**
   * Minutes between the last reading of a store and that of its copy in the second Region: S3 promises to copy within
   * 15 and knows no other number, and SQS delivers no message later than that.
   */
  replicaSettleMinutes: z.strictObject({ minutes: z.literal(15), citation }),
  /** Erase-and-verify rounds before a request fails loudly. */
  maxRounds: z.int().min(1).max(10),
  /** Times the sweeper revives a request that made no progress before it fails. */
  maxRevivals: z.int().min(1),
  /** Minutes without progress after which the sweeper looks at a request. */
  stalledAfterMinutes: z.int().min(1),
  /** Hours after which a request that legal holds stop is looked at; lifting a hold wakes it at once. */
  recheckHoldsAfterHours: z.int().min(1),
  /** The same for a request that an Object Lock stops, which takes another round to find out. */
  recheckLocksAfterHours: z.int().min(1),
  idempotencyDays: days,
  instructionMaxAgeDays: days,
  reasons: z.array(z.strictObject({ id, meaning: sentence })).min(1),
  /** Who may instruct the erasure of a whole tenant, and how they must have signed in. */
  tenantInstruction: z.strictObject({ roles: z.array(id).min(1), authentication: z.array(id).min(1), citation }),
  /** Hash shards per tenant; changing it orphans data, so it is written once. */
  shards: z.int().min(1).max(64),
  /** Legal holds, which stop an erasure. */
  holds: z.strictObject({
    /** Most days between placing or changing a hold and the day of its review. */
    maxReviewDays: z.strictObject({ days, citation }),
  }),
  pace: z.strictObject({
    /** Keys a second per S3 shard prefix. */
    s3KeysPerSecond: z.strictObject({ rate: z.int().min(1), citation }),
    /** Items a second per DynamoDB partition key. */
    dynamodbItemsPerSecond: z.strictObject({ rate: z.int().min(1), citation }),
  }),
});

export const actions = [
  'erasure:request',
  'erasure:read',
  'erasure:confirm',
  'erasure:cancel',
  'tenant:terminate',
  'tenant:read',
  'tenant:restore',
  'hold:place',
  'hold:read',
  'hold:lift',
  'retention:read',
  'transfer:decide',
  'transfer:send',
  'transfer:read',
  'transfer:restrict',
  'disclosure:read',
  'disclosure:evidence',
  'token:resolve',
  'ledger:read',
] as const;

/** policies/clients.yaml: what an API client may do, and for which tenants. */
export const clientsSchema = z.strictObject({
  clients: z.array(
    z.strictObject({
      name: id,
      purpose: sentence,
      actions: z.array(z.enum(actions)).min(1),
      /** `all`, or the tenant ids. */
      tenants: z.union([z.literal('all'), z.array(z.string()).min(1)]),
      /** Stages in which the client exists. */
      stages: z.array(id).min(1),
    }),
  ),
});

/** A day of each year, as month and day of the month. */
const dayOfYear = z.strictObject({ month: z.int().min(1).max(12), day: z.int().min(1).max(31), citation });

/** policies/books.yaml: the fields of documents that laws keep, and the days from which they count. */
export const booksSchema = z.strictObject({
  calendar: z.strictObject({
    financialYearEnd: dayOfYear,
    /** In the calendar year in which the financial year ends. */
    annualReturnDue: dayOfYear,
    /** Later due dates by notification. */
    extensions: z.array(z.strictObject({ financialYearEnd: date, dueDate: date, citation })),
  }),
  documents: z
    .array(
      z.strictObject({
        /** As it stands in the sort keys of its rows. */
        kind: id,
        meaning: sentence,
        /** Classes of data.yaml whose rows are such documents. */
        classes: z.array(id).min(1),
        /** Floors of retention.yaml that keep the fields. */
        keptBy: z.array(id).min(1),
        citation,
        fields: z
          .array(
            z.strictObject({
              /** Attribute of the row. */
              name: z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a field name such as invoiceNumber'),
              /** Demanded of every such document. */
              required: z.boolean(),
              citation,
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});

const fieldName = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a field name such as signUpYear');
const kept = { name: fieldName, from: fieldName };

/** policies/anonymise.yaml: what may stay of erased data as numbers about nobody. */
export const anonymiseSchema = z.strictObject({
  states: z.strictObject({ names: z.array(z.string().min(2)).min(1), citation }),
  rules: z.array(
    z.strictObject({
      id,
      /** Class of data.yaml, of role account. A whole tenant's, as one person is never alike enough. */
      class: id,
      reasons: z.array(id).min(1),
      purpose: sentence,
      /** Table of the numbers. */
      into: id,
      k: z.strictObject({ number: z.int().min(5).max(1000), citation }),
      keeps: z
        .array(
          z.discriminatedUnion('as', [
            z.strictObject({ ...kept, as: z.literal('as-is'), values: z.array(z.string().min(1)).min(1).optional() }),
            z.strictObject({ ...kept, as: z.literal('year') }),
            /** Lower edges, e.g. [1, 6] for 1 to 5, and 6 and more. */
            z.strictObject({ ...kept, as: z.literal('band'), edges: z.array(z.int()).min(1) }),
            z.strictObject({ ...kept, as: z.literal('state') }),
          ]),
        )
        .min(1)
        .max(6),
      freeText: z.array(fieldName),
      identifiers: z.array(fieldName).min(1),
      switch: ruleSwitch,
      citation,
    }),
  ),
});

const inFiveMinutes = z.strictObject({ inFiveMinutes: z.int().min(0), citation });

/** policies/monitoring.yaml: from when on a person is told. */
export const monitoringSchema = z.strictObject({
  /** A made-up person's name that is planted where personal data is, and must turn up in no log. */
  canary: z.strictObject({
    marker: z.string().regex(/^[A-Z][A-Z-]{7,30}$/, 'capital letters such as DIGICRM-CANARY'),
    citation,
  }),
  /** More than so many set off an alarm. */
  thresholds: z.strictObject({ serverErrors: inFiveMinutes, webAclBlocks: inFiveMinutes }),
  /** Severity from which on findings of threat detection are told. */
  findings: z.strictObject({ from: z.number().min(1).max(10), citation }),
});

export const registerFiles = {
  regions: regionsSchema,
  stages: stagesSchema,
  data: dataSchema,
  retention: retentionSchema,
  erasure: erasureSchema,
  books: booksSchema,
  anonymise: anonymiseSchema,
  clients: clientsSchema,
  monitoring: monitoringSchema,
  controls: controlsSchema,
  processors: processorsSchema,
  transfers: transfersSchema,
  pack: packSchema,
} as const;

const { processors: _, controls: __, pack: ___, ...bundled } = registerFiles;
/**
 * What every function carries in its bundle. Not the processors, which only those carry that decide about transfers or
 * speak to processors: a processor more is thus a rule more in the firewalls, and no other function changes. And not
 * what only synth and the evidence report read.
 */
export const bundledFiles = bundled;

export type RegisterFile = keyof typeof registerFiles;
export type Register = { [F in RegisterFile]: z.infer<(typeof registerFiles)[F]> };
export type { ConfigRule };
export type BundledRegister = { [F in keyof typeof bundledFiles]: z.infer<(typeof bundledFiles)[F]> };
export type Action = (typeof actions)[number];
export type Client = Register['clients']['clients'][number];
export type EmulatedService = (typeof emulatedServices)[number];
export type StageConfig = Register['stages']['stages'][string];
export type DataRole = 'account' | 'tenant' | 'telemetry' | 'books';
export type RetentionRule = Register['retention']['rules'][number];
export type AnonymiseRule = Register['anonymise']['rules'][number];
export type Processor = Register['processors']['processors'][number];
export type Transfers = Register['transfers'];
export type FieldRule = Processor['purposes'][number]['fields'][number];
export type DocumentKind = Register['books']['documents'][number];
export type DayFact = (typeof dayFacts)[number];
