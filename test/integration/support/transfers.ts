import { randomUUID } from 'node:crypto';
import type { CloudOutputs } from '../../../bin/local/outputs';
import type { Received } from '../../../bin/local/processor-server';
import type { Processors } from '../../../bin/local/processors';
import { type TransferView, transferViewSchema } from '../../../lambda/transfer/model';
import { type RawAnswer, rawRequest, tokenFor } from './api';
import { scanTable } from './by-hand';
import { allLogs, allQueues, emulatorLog, peek } from './traces';

/** Ids of registrations on a DLT platform, without which no SMS goes. */
const DLT = { entityId: '1201159080000000001', header: 'DIGCRM', templateId: '1207161234567890123' };

/** About whom, and to which processor. */
export interface Route {
  readonly tenantId: string;
  readonly subjectId?: string;
  readonly processorId: string;
  readonly purpose?: string;
}

/** Body of a question or a transfer, without what is to go. */
export function asked({ processorId, purpose = 'service-messages', ...route }: Route) {
  return {
    ...route,
    processorId,
    purpose,
    dataRole: 'tenant',
    categories: [],
    lawfulBasis: { kind: 'tenant-instruction', evidenceId: 'instruction-1' },
    ...(processorId === 'sandbox-sms' && { dlt: DLT }),
  };
}

/** What the tests of transfers work with. */
export function transferCalls(cloud: CloudOutputs) {
  const send = async (
    route: Route,
    payload: unknown,
    { key = randomUUID() as string, client = 'crm' } = {},
  ): Promise<RawAnswer> =>
    rawRequest(cloud, '/v1/transfers', {
      method: 'POST',
      token: await tokenFor(cloud, client),
      headers: { 'idempotency-key': key },
      body: { ...asked(route), payload },
    });

  const post = async (path: string, body: unknown, client = 'crm'): Promise<RawAnswer> =>
    rawRequest(cloud, path, { method: 'POST', token: await tokenFor(cloud, client), body });

  const status = async (transferId: string, token: string): Promise<TransferView> =>
    transferViewSchema.parse((await rawRequest(cloud, `/v1/transfers/${transferId}`, { token })).json);

  return {
    /** Sends a payload. */
    send,
    post,
    /** Asks whether fields may go. */
    ask: (route: Route, fields: readonly string[]) => post('/v1/transfer-decisions', { ...asked(route), fields }),
    resolve: (tenantId: string, token: string, purpose = 'delivery-failure') =>
      post('/v1/tokens/resolve', { tenantId, token, purpose }),
    /** Sends a payload that is taken, and resolves with its id. */
    async taken(route: Route, payload: unknown): Promise<string> {
      const answer = await send(route, payload);
      if (answer.status !== 202) throw new Error(`the transfer was answered with ${answer.status}: ${answer.text}`);
      return transferViewSchema.parse(answer.json).transferId;
    },
    /** Waits until a transfer is as wanted. */
    async until(transferId: string, holds: (view: TransferView) => boolean, timeoutMs = 60_000): Promise<TransferView> {
      const token = await tokenFor(cloud);
      const end = Date.now() + timeoutMs;
      for (;;) {
        const view = await status(transferId, token);
        if (holds(view)) return view;
        if (Date.now() > end) throw new Error(`the transfer ${transferId} is still ${JSON.stringify(view)}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
  };
}

export const ended = ({ endedAt }: TransferView): boolean => endedAt !== null;

/** Bodies as they arrived at a processor, about messages and not erasures. */
export function arrivedAt(processors: Processors, processorId: string): Received[] {
  return processors.of(processorId).received.filter(({ path }) => !path.startsWith('/v1/requests'));
}

/** A text that is nowhere else, to be looked for. */
export function canary(): string {
  return `canary${randomUUID().replaceAll('-', '')}`;
}

/** Where in the cloud a text turns up, personal-data stores apart. */
export async function placesOf(cloud: CloudOutputs, texts: readonly string[]): Promise<string[]> {
  const queues = await Promise.all((await allQueues(cloud)).map((url) => peek(cloud, url)));
  const places: Record<string, unknown> = {
    logs: await allLogs(cloud),
    emulator: emulatorLog(cloud),
    queues,
    control: await scanTable(cloud, cloud.controlTable),
    transfers: await scanTable(cloud, cloud.transferTable ?? ''),
  };
  return Object.entries(places).flatMap(([where, what]) => (texts.some((text) => has(what, text)) ? [where] : []));
}

/** Also where it stands in base64, as bytes do. */
function has(what: unknown, text: string): boolean {
  const json = JSON.stringify(what, (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString() : value,
  );
  return json.includes(text);
}
