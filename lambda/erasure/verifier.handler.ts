import { Logger } from '@aws-lambda-powertools/logger';
import { controlHoldReader } from '../holds/adapters/control-holds';
import { keeperReader } from '../sealing/adapters/keeper-reader';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv, requireEnvNumber } from '../shared/config';
import { parseKeepers } from '../shared/inventory';
import { ENV } from '../shared/names';
import { controlVerifications } from './adapters/control-documents';
import { controlRequests } from './adapters/control-requests';
import { AwsResidueReader } from './adapters/residue-reader';
import { controlDb, dataClients, inventory, outbox } from './aws';
import type { Message } from './model';
import { type VerifierDeps, verifyStore } from './verifier';
import { worker } from './worker';

/** Tries of one request before its message goes back to the queue. */
const VERIFIER_TRIES = 6;

const { db, tableName } = controlDb();
const clock = clockFromEnv();
const clients = dataClients(VERIFIER_TRIES);
const send = outbox('advance');
const deps: VerifierDeps = {
  requests: controlRequests(db, tableName),
  verifications: controlVerifications(db, tableName),
  reader: new AwsResidueReader(clients.s3For, clients.db, clock),
  seals: keeperReader(parseKeepers(requireEnv(ENV.keepers)), clients),
  holds: controlHoldReader(db, tableName),
  inventory: inventory(),
  clock,
};

/** Reads one store again and reports to the recorder. */
export const handler = worker<Extract<Message, { type: 'verify' }>>({
  type: 'verify',
  logger: new Logger({ serviceName: 'verifier' }),
  maxReceives: requireEnvNumber(ENV.maxReceives),
  outbox: send,
  async run({ requestId, round, storeId }) {
    await verifyStore({ requestId, round, storeId }, deps);
    await send.send({ type: 'advance', requestId });
  },
});
