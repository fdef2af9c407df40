import * as z from 'zod';
import { storeSchema } from '../../lambda/shared/inventory';
import { OUTPUT } from '../../lambda/shared/names';

/** What the CLI, the demo and the tests need to know of a deployed control plane. Holds no secret. */
export const cloudOutputsSchema = z.object({
  stage: z.string(),
  region: z.string(),
  /** Null for AWS itself. */
  endpoint: z.string().nullable(),
  /** Base URL of the API, to which `/v1/…` is appended. */
  apiUrl: z.string(),
  userPoolId: z.string(),
  tokenEndpoint: z.string(),
  /** Names of the API clients that exist in this stage. */
  clients: z.array(z.string()),
  signingKeyId: z.string(),
  controlTable: z.string(),
  inventory: z.array(storeSchema),
  /** ARN of the key of each store, by store id. */
  dataKeys: z.record(z.string(), z.string()),
  /** Names of the functions that a schedule runs, by what they are called in the code. */
  scheduledFunctions: z.record(z.string(), z.string()).default({}),
  /** Bus on which the CRM hears of warnings and of changes of terminations. */
  eventBus: z.string().nullable().default(null),
  /** Moves the functions' clock (bin/local/clock.ts); null where it cannot be moved. */
  clockFile: z.string().nullable().default(null),
  /** Where the egress looks for servers that stand for processors; null where it cannot read this computer's files. */
  processorHosts: z.string().nullable().default(null),
  /** Table of decisions about transfers, transfers, restrictions and notices. */
  transferTable: z.string().nullable().default(null),
  /** Key that signs what goes to processors. */
  egressKeyId: z.string().nullable().default(null),
  egressQueueUrl: z.string().nullable().default(null),
  /** Bucket and table of the ledger, and the key that signs its checkpoints. */
  ledgerBucket: z.string().nullable().default(null),
  ledgerTable: z.string().nullable().default(null),
  ledgerKeyId: z.string().nullable().default(null),
  /** Process that keeps the cloud running; null when nobody has to. */
  pid: z.number().nullable(),
  /** What the emulator prints; null for another engine. */
  logFile: z.string().nullable(),
});
export type CloudOutputs = z.infer<typeof cloudOutputsSchema>;

/** Outputs file of `cdk deploy --outputs-file`: stack name, then output key. */
const stacksSchema = z.record(z.string(), z.record(z.string(), z.string()));

const controlPlaneSchema = z.object({
  [OUTPUT.apiUrl]: z.url(),
  [OUTPUT.userPoolId]: z.string(),
  [OUTPUT.tokenEndpoint]: z.string(),
  [OUTPUT.signingKeyId]: z.string(),
  [OUTPUT.controlTable]: z.string(),
  [OUTPUT.inventory]: z.string(),
  [OUTPUT.dataKeys]: z.string(),
  // Files of older deployments have none.
  [OUTPUT.scheduledFunctions]: z.string().default('{}'),
  [OUTPUT.eventBus]: z.string().nullable().default(null),
  [OUTPUT.transferTable]: z.string().nullable().default(null),
  [OUTPUT.egressKeyId]: z.string().nullable().default(null),
  [OUTPUT.egressQueueUrl]: z.string().nullable().default(null),
  [OUTPUT.ledgerBucket]: z.string().nullable().default(null),
  [OUTPUT.ledgerTable]: z.string().nullable().default(null),
  [OUTPUT.ledgerKeyId]: z.string().nullable().default(null),
});

/**
 * Reads the outputs that `cdk deploy --outputs-file` wrote; `endpoint` is that of the local engine that
 * was deployed to, null for AWS. Throws when the control plane is not among the stacks.
 */
export function outputsFromStacks(file: unknown, endpoint: string | null): CloudOutputs {
  const stacks = Object.entries(stacksSchema.parse(file));
  const found = stacks.find(([name]) => name.startsWith('ControlPlane-'));
  if (found === undefined) throw new Error('it has no outputs of a stack named ControlPlane-<stage>');
  const [name, raw] = found;
  const outputs = controlPlaneSchema.parse(raw);
  const userPoolId = outputs[OUTPUT.userPoolId];
  return {
    stage: name.slice('ControlPlane-'.length),
    // A pool's id begins with its region.
    region: userPoolId.split('_')[0] ?? '',
    endpoint,
    apiUrl: outputs[OUTPUT.apiUrl].replace(/\/+$/, ''),
    userPoolId,
    tokenEndpoint: outputs[OUTPUT.tokenEndpoint],
    clients: [],
    signingKeyId: outputs[OUTPUT.signingKeyId],
    controlTable: outputs[OUTPUT.controlTable],
    eventBus: outputs[OUTPUT.eventBus],
    inventory: z.array(storeSchema).parse(JSON.parse(outputs[OUTPUT.inventory])),
    dataKeys: z.record(z.string(), z.string()).parse(JSON.parse(outputs[OUTPUT.dataKeys])),
    scheduledFunctions: z.record(z.string(), z.string()).parse(JSON.parse(outputs[OUTPUT.scheduledFunctions])),
    transferTable: outputs[OUTPUT.transferTable],
    egressKeyId: outputs[OUTPUT.egressKeyId],
    egressQueueUrl: outputs[OUTPUT.egressQueueUrl],
    ledgerBucket: outputs[OUTPUT.ledgerBucket],
    ledgerTable: outputs[OUTPUT.ledgerTable],
    ledgerKeyId: outputs[OUTPUT.ledgerKeyId],
    clockFile: null,
    processorHosts: null,
    pid: null,
    logFile: null,
  };
}
