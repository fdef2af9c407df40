import * as z from 'zod';
import { citation, date, id, sentence } from './schema-parts';

/** Shapes of policies/processors.yaml and policies/transfers.yaml; schema.ts makes them part of the register. */

const days = z.int().min(1).max(3660);
const country = z.string().regex(/^[A-Z]{2}$/, 'a country by its ISO 3166 code of two capitals, such as IN');

/** One host by its full name: no wildcard, scheme, port, path or address, so that nothing else is let out with it. */
const hostName = z
  .string()
  .max(253, 'a host name of at most 253 characters')
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/,
    'one exact host name in lower case, such as api.example.com, without wildcard, scheme, port or IP address',
  );

/** Address that data may be sent to: TLS, an exact host, the usual port, no user, query or fragment. */
const endpoint = z
  .string()
  .max(500)
  .regex(
    /^https:\/\/[a-z0-9.-]+(?:\/[A-Za-z0-9._~/-]*)?$/,
    'an https address such as https://api.example.com/v1/messages, without port, user, query or fragment',
  );

/** Path of a field in a payload: names separated by dots, e.g. `billing.city`; an element of a list has its list's path. */
export const FIELD_PATH = /^[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*){0,4}$/;
const fieldPath = z.string().regex(FIELD_PATH, 'a field such as phone or billing.city');

export const processorKinds = ['payment-gateway', 'email', 'sms', 'whatsapp', 'cloud'] as const;
export const transferRoles = ['account', 'tenant', 'telemetry', 'books'] as const;

/**
 * What is done to a field on its way: sent as it is, shown but for its last characters, replaced by a virtual
 * token (rule 6(1)(a)), replaced by a keyed hash, or cut to its first characters.
 */
export const transforms = ['keep', 'mask', 'tokenise', 'hash', 'truncate'] as const;

/** Safeguards that a contract has to name, DPDP Rules 2025, rule 6(1)(f) with (a) to (e), (g), and s.8(7). */
export const contractClauses = [
  'securityMeasures',
  'accessControl',
  'accessLogs',
  'continuity',
  'logsForOneYear',
  'breachNotice',
  'erasureOnRequest',
  'subProcessors',
  'audit',
] as const;

const fieldRule = z.strictObject({
  name: fieldPath,
  transform: z.enum(transforms),
  /** Characters that stay readable at the end of a masked field, or at the start of a truncated one. @default 4 */
  keep: z.int().min(1).max(64).optional(),
  /** What the processor calls it. @default - the same name */
  as: fieldPath.optional(),
});

const processor = z.strictObject({
  id,
  /** Legal name. */
  name: z.string().min(3),
  kind: z.enum(processorKinds),
  /** Role in DigiCRM that answers for it. */
  owner: z.string().min(3),
  /** Stages in which it exists. */
  stages: z.array(id).min(1),
  /** Where it works on data and where it keeps data. */
  countries: z.strictObject({ processing: z.array(country).min(1), storage: z.array(country).min(1) }),
  /** Whether a foreign State controls it (rule 15). */
  foreignState: z.boolean(),
  /** What the firewall lets out, over TLS; empty where none is called from here. */
  domains: z.array(hostName),
  /** Where payloads are delivered; null where none is. */
  endpoint: endpoint.nullable(),
  dataRoles: z.array(z.enum(transferRoles)).min(1),
  /** Null where none has been shown; `signedOn: null` where it has been drawn up and not signed. */
  contract: z
    .strictObject({
      reference: z.string().min(3),
      signedOn: date.nullable(),
      /** Last day, in India, on which it counts. */
      validUntil: date,
      clauses: z.strictObject(
        Object.fromEntries(contractClauses.map((clause) => [clause, z.boolean()])) as Record<
          (typeof contractClauses)[number],
          z.ZodBoolean
        >,
      ),
    })
    .nullable(),
  /** What it may be used for, each with the fields that it may have for that: the field contract. */
  purposes: z
    .array(
      z.strictObject({
        id,
        /** Grounds of `bases` in transfers.yaml on which data may go for it. */
        bases: z.array(id).min(1),
        fields: z.array(fieldRule).min(1),
      }),
    )
    .min(1),
  /** How it is told to erase what it received, and the days it has for that. */
  erasure: z.discriminatedUnion('route', [
    z.strictObject({ route: z.literal('api'), endpoint, deadlineDays: days }),
    z.strictObject({ route: z.literal('manual'), how: sentence, deadlineDays: days }),
  ]),
  citation,
});

/** policies/processors.yaml: third parties that receive personal data. */
export const processorsSchema = z.strictObject({ processors: z.array(processor) });

/** policies/transfers.yaml: words and numbers of transfers. What is allowed stands in policies/transfers/*.cedar. */
export const transfersSchema = z.strictObject({
  /** Kinds of data, from which the law's stricter rules follow. */
  categories: z
    .array(
      z.strictObject({
        id,
        meaning: sentence,
        /** Sensitive personal data of SPDI rule 3. */
        sensitive: z.boolean(),
        citation,
      }),
    )
    .min(1),
  /** Every field that may ever go to anybody, and what kind of data it is. */
  fields: z.array(z.strictObject({ name: fieldPath, category: id })).min(1),
  /** Fields that can be replaced by a virtual token. */
  tokenFields: z.array(fieldPath).min(1),
  /** Grounds on which data may be processed, with what proves each. */
  bases: z.array(z.strictObject({ id, meaning: sentence, evidence: sentence, citation })).min(1),
  purposes: z
    .array(z.strictObject({ id, meaning: sentence, /** A message that sells something. */ commercial: z.boolean() }))
    .min(1),
  /** Purposes for which a token may be turned back into what it stands for. */
  resolveFor: z.array(z.strictObject({ id, meaning: sentence, citation })).min(1),
  decision: z.strictObject({
    /** Longest age of what is known of restrictions and of a tenant when a decision is made. */
    cacheSeconds: z.strictObject({ seconds: z.int().min(1).max(30), citation }),
    /** How long a record of a decision stays. */
    recordDays: z.strictObject({ days, citation }),
  }),
  relay: z.strictObject({
    payloadBytes: z.int().min(1024).max(262_144),
    responseBytes: z.int().min(1024).max(1_048_576),
    timeoutSeconds: z.int().min(1).max(30),
    /** Deliveries tried before a transfer fails, and hours after which it does in any case. */
    maxAttempts: z.int().min(1).max(50),
    giveUpAfterHours: z.int().min(1).max(72),
    /** Deliveries to one processor at the same time, so that a slow one does not hold up the others. */
    perProcessor: z.int().min(1).max(50),
  }),
  notices: z.strictObject({
    /** Hours between two looks at a processor that has not answered. */
    askAgainAfterHours: z.int().min(1).max(168),
    /** Days before a deadline from which a silent processor is escalated. */
    escalateBeforeDays: z.int().min(0).max(30),
  }),
  restriction: z.strictObject({
    /** People who have to agree before a restriction ends. */
    approversToLift: z.strictObject({ people: z.literal(2), citation }),
    /** Days back for which a preview counts past transfers. */
    previewDays: days,
  }),
});
