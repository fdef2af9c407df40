import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV, PK, TRANSFER_PK, TRANSFER_TABLE } from '../../lambda/shared/names';
import { DECISION_ROUTES, RELAY_ROUTES, RESTRICTION_ROUTES } from '../../lambda/transfer/paths';
import type { CertificateKeys } from '../audit/certificate-keys';
import type { EgressKey } from '../audit/egress-key';
import { storeVariable } from '../data/inventory';
import type { TransferStores } from '../data/transfer-stores';
import type { DataKey } from '../keys/data-key';
import type { ComplianceApi } from './compliance-api';
import {
  API_TIMEOUT,
  ComplianceFunction,
  type ComplianceFunctionProps,
  type FunctionDefaults,
  type FunctionEnvironment,
} from './compliance-function';
import type { ControlTable } from './control-table';
import type { TransferTable } from './transfer-table';
import { WorkQueue } from './work-queue';

/** Properties of Transfers. */
export interface TransfersProps {
  /** Where the routes are added. */
  readonly api: ComplianceApi;
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Key of the queue. */
  readonly key: DataKey;
  /** Whether a tenant's contract has ended stands in it. */
  readonly table: ControlTable;
  /** Where decisions, transfers and restrictions are kept. */
  readonly transferTable: TransferTable;
  /** Payloads on their way, and virtual tokens. */
  readonly stores: TransferStores;
  /** The key under which people are hashed. */
  readonly certificateKeys: CertificateKeys;
  /** Signs what goes to processors. */
  readonly egressKey: EgressKey;
  /** File with the addresses of servers that stand for processors; stage local alone has one. @default - none */
  readonly processorHosts?: string;
}

/** Deliveries at the same time, to all processors; how many of them go to one, policies/transfers.yaml says. */
const CONCURRENCY = 20;
/** What the egress needs beside the time that it gives a processor to answer. */
const AROUND_A_DELIVERY = Duration.seconds(20);
/** Cedar's WebAssembly takes some 110 MiB, and a cold start is as fast as its share of a processor. */
const WITH_POLICIES = 1024;

/** Decides whether data may go to a processor, takes it, delivers it, and lets people close what a decision had open. */
export class Transfers extends Construct {
  /** Where others ask for a delivery or a notice to a processor. */
  readonly egressQueue: WorkQueue;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TransfersProps,
  ) {
    super(scope, id);
    const { api, defaults, key } = props;
    const timeout = Duration.seconds(defaults.register.transfers.relay.timeoutSeconds).plus(AROUND_A_DELIVERY);
    this.egressQueue = new WorkQueue(this, 'EgressQueue', {
      key,
      functionTimeout: timeout,
      deadLetters: {
        meaning: 'A delivery to a processor, or a notice to one, could not even be recorded as failed.',
        runbook: 'docs/runbooks/transfers.md#egress-queue',
      },
    });
    api.serve(this.decider(), DECISION_ROUTES);
    api.serve(this.relay(), RELAY_ROUTES);
    api.serve(this.desk(), RESTRICTION_ROUTES);
    this.egressQueue.feed(this.egress(timeout), CONCURRENCY);
  }

  /** Answers what may go where, and records the answer first. Sees no value. */
  private decider(): ComplianceFunction {
    const decider = this.deciding('Decider', {
      entry: 'transfer/decide.handler.ts',
      description: 'Decides whether data may go to a processor',
      timeout: API_TIMEOUT,
    });
    this.props.certificateKeys.grantHash(decider.executionRole);
    return decider;
  }

  /** Decides, cuts a payload down and puts it away sealed. It can open no payload and has no way out. */
  private relay(): ComplianceFunction {
    const { transferTable, stores, certificateKeys } = this.props;
    const relay = this.deciding('Relay', {
      entry: 'transfer/relay.handler.ts',
      description: 'Takes what is to go to a processor, cut down and sealed',
      timeout: API_TIMEOUT,
      environment: {
        ...this.payloads(),
        [ENV.tokenVault]: storeVariable(this, stores.tokens.tableName),
        [ENV.egressQueueUrl]: this.egressQueue.url,
      },
    });
    const role = relay.executionRole;
    transferTable.grantRead(role, TRANSFER_PK.transfer, TRANSFER_PK.idempotency);
    transferTable.grantWrite(role, TRANSFER_PK.transfer, TRANSFER_PK.idempotency);
    certificateKeys.grantHash(role);
    stores.grantDeposit(role);
    stores.grantIssue(role);
    this.egressQueue.grantSend(role);
    return relay;
  }

  /** Delivers, and tells processors of erasures. The one function with a way out; what is closed it cannot open. */
  private egress(timeout: Duration): ComplianceFunction {
    const { transferTable, stores, egressKey, processorHosts } = this.props;
    const egress = this.deciding('Egress', {
      entry: 'transfer/egress.handler.ts',
      description: 'Delivers to processors and tells them of erasures',
      timeout,
      reach: 'processors',
      environment: {
        ...this.payloads(),
        [ENV.egressQueueUrl]: this.egressQueue.url,
        [ENV.egressKeyId]: egressKey.key.keyId,
        ...(processorHosts && { [ENV.processorHosts]: processorHosts }),
      },
    });
    const role = egress.executionRole;
    const own = [TRANSFER_PK.transfer, TRANSFER_PK.slot, TRANSFER_PK.notice];
    transferTable.grantRead(role, ...own);
    transferTable.grantWrite(role, ...own);
    stores.grantCollect(role);
    egressKey.grantSign(role);
    this.egressQueue.grantSend(role);
    return egress;
  }

  /** Closes countries and processors, and opens them again when two people agree. Decides and delivers nothing. */
  private desk(): ComplianceFunction {
    const { defaults, transferTable } = this.props;
    const desk = new ComplianceFunction(this, 'Desk', {
      ...defaults,
      entry: 'transfer/desk.handler.ts',
      description: 'Closes countries and processors to transfers',
      timeout: API_TIMEOUT,
      environment: { [ENV.transferTable]: transferTable.tableName },
    });
    const role = desk.executionRole;
    transferTable.grantRead(role, TRANSFER_PK.restriction);
    transferTable.grantWrite(role, TRANSFER_PK.restriction);
    transferTable.grantList(role, TRANSFER_TABLE.processorIndex);
    return desk;
  }

  /** A function that asks the policies, about the moment, and records what they say. */
  private deciding(id: string, { environment, ...own }: Omit<ComplianceFunctionProps, keyof FunctionDefaults>) {
    const { defaults, table, transferTable, certificateKeys } = this.props;
    const deciding = new ComplianceFunction(this, id, {
      ...defaults,
      ...own,
      memorySize: WITH_POLICIES,
      environment: {
        [ENV.transferTable]: transferTable.tableName,
        [ENV.controlTable]: table.tableName,
        [ENV.subjectHashKeyId]: certificateKeys.subjectHash.keyId,
        ...environment,
      },
    });
    const role = deciding.executionRole;
    table.grantReadOf(role, PK.termination);
    transferTable.grantRead(role, TRANSFER_PK.restriction);
    transferTable.grantWrite(role, TRANSFER_PK.decision, TRANSFER_PK.recipient);
    return deciding;
  }

  private payloads(): FunctionEnvironment {
    const { stores } = this.props;
    return {
      [ENV.payloadStore]: storeVariable(this, stores.payloads.tableName),
      [ENV.payloadKeys]: Stack.of(this).toJsonString(stores.keyArns),
    };
  }
}
