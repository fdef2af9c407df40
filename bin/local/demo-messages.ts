import { randomUUID } from 'node:crypto';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { itemKey } from '../../lambda/shared/layout';
import type { TransferView } from '../../lambda/transfer/model';
import type { ApiClient } from '../cli/api';
import { clientConfig } from './aws';
import { type Demo, must } from './demo-checks';
import type { Target } from './demo-erasure';
import type { Processors } from './processors';

const DELIVERY_MS = 30_000;
const INTERVAL_MS = 250;

/** What the demo of transfers works with beside the rest. */
export interface TransferDemo extends Demo {
  /** The API as the legal department, which alone closes countries. */
  readonly desk: ApiClient;
  readonly processors: Processors;
  readonly person: Required<Target>;
}

const contactSchema = z.object({ name: z.string(), email: z.string(), mobile: z.string(), pan: z.string() });

/** What the CRM knows of a person, read as the CRM does. */
export async function contactOf({ outputs, person }: TransferDemo): Promise<z.infer<typeof contactSchema>> {
  const store = outputs.inventory.find(({ id }) => id === 'crm-records');
  if (store === undefined) throw new Error('The deployment has no CRM records.');
  const { pk, sk } = itemKey(person.tenantId, person.subjectId, 'contact', store.shards);
  const { Item = {} } = await new DynamoDBClient(clientConfig(outputs)).send(
    new GetItemCommand({ TableName: store.name, Key: { pk: { S: pk }, sk: { S: sk } } }),
  );
  return contactSchema.parse(Object.fromEntries(Object.entries(Item).map(([name, { S }]) => [name, S])));
}

/** One message about the person; of the processor it names the id and nothing else. */
export function message({ person }: TransferDemo, processorId: string, purpose: string) {
  const { tenantId, subjectId } = person;
  return {
    ...{ tenantId, subjectId, processorId, purpose },
    dataRole: 'tenant' as const,
    categories: [],
    lawfulBasis: { kind: 'tenant-instruction', evidenceId: 'instruction-2041' },
    ...(processorId === 'sandbox-sms' && {
      dlt: { entityId: '1201159080000000001', header: 'DIGCRM', templateId: '1207161234567890123' },
    }),
  };
}

/** Has a payload delivered and resolves with what arrived. */
export async function deliver(demo: TransferDemo, processorId: string, payload: Record<string, string>) {
  const body = { ...message(demo, processorId, 'service-messages'), payload };
  const { transferId } = await demo.api.transfer(body, randomUUID());
  const end = Date.now() + DELIVERY_MS;
  for (;;) {
    const view = await demo.api.transferStatus(transferId);
    if (view.endedAt !== null) return delivered(demo, processorId, view);
    if (Date.now() > end) throw new Error(`The transfer ${transferId} is still ${view.state}.`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}

/** What arrived: the bytes as the processor received them. */
function delivered({ log, processors }: TransferDemo, processorId: string, view: TransferView): Record<string, string> {
  must(view.state === 'delivered', `The transfer to ${processorId} ended ${view.state}.`);
  const received = processors.of(processorId).received.at(-1);
  if (received === undefined) throw new Error(`Nothing arrived at ${processorId}.`);
  must(received.signature === 'valid', `What arrived at ${processorId} is not signed by DigiCRM.`);
  const text = received.body.toString();
  const { fields, unknown } = view.stripped;
  log(`  ${processorId} received ${text}, signed`);
  const leftOut = [...fields, ...(unknown > 0 ? [`${unknown} that the register does not know`] : [])];
  log(`  Left out: ${leftOut.join(', ') || 'nothing'}.`);
  return z.record(z.string(), z.string()).parse(JSON.parse(text));
}
