import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { instant } from '../../shared/clock';
import { PK } from '../../shared/names';
import { planSchema, verificationSchema } from '../model';
import type { CertificateLedger, Line, LineKeeper, PlanLedger, VerificationLedger } from '../ports';
import { isConditionFailure } from './aws-errors';
import { queryRecords } from './control-query';

const planItem = z.object({ plan: planSchema, planHash: z.string() });
const lineItem = z.object({ state: z.enum(['crossed', 'cancelled']), at: z.string() });

/** Plans in the control table: the first one written stands. */
export function controlPlans(db: DynamoDBDocumentClient, tableName: string): PlanLedger {
  const items = documents(db, tableName);
  return {
    async putPlan(requestId, plan, planHash) {
      await items.putFirst({ pk: PK.plan + requestId, sk: 'PLAN', plan, planHash });
    },
    async getPlan(requestId) {
      const item = await items.get(PK.plan + requestId, 'PLAN');
      return item === undefined ? undefined : planItem.parse(item);
    },
  };
}

/** The line between cancelling and erasing: one item, written once. */
export function controlLine(db: DynamoDBDocumentClient, tableName: string): LineKeeper {
  const items = documents(db, tableName);
  const read = async (requestId: string): Promise<Line> => {
    const item = await items.get(PK.line + requestId, 'LINE');
    return item === undefined ? { state: 'open' } : lineItem.parse(item);
  };
  const write = async (requestId: string, line: Line, by?: string): Promise<Line> => {
    const first = await items.putFirst({ pk: PK.line + requestId, sk: 'LINE', ...line, ...(by && { by }) });
    return first ? line : read(requestId);
  };
  return {
    cross: (requestId, now) => write(requestId, { state: 'crossed', at: instant(now) }),
    cancel: (requestId, by, now) => write(requestId, { state: 'cancelled', at: instant(now) }, by),
    read,
  };
}

/** What the verifier saw; a later reading of the same round replaces the earlier. */
export function controlVerifications(db: DynamoDBDocumentClient, tableName: string): VerificationLedger {
  return {
    async putVerification(record) {
      const sk = `${String(record.round).padStart(2, '0')}#${record.storeId}`;
      await db.send(
        new PutCommand({ TableName: tableName, Item: { pk: PK.verification + record.requestId, sk, record } }),
      );
    },
    verifications: (requestId) => queryRecords(db, tableName, PK.verification + requestId, verificationSchema),
  };
}

/** Certificates as text, byte for byte what was signed. */
export function controlCertificates(db: DynamoDBDocumentClient, tableName: string): CertificateLedger {
  const items = documents(db, tableName);
  return {
    async putCertificate(requestId, number, file) {
      await items.putFirst({ pk: PK.certificate + requestId, sk: numbered(number), file });
    },
    async getCertificate(requestId, number) {
      const item = await items.get(PK.certificate + requestId, numbered(number));
      return item === undefined ? undefined : z.string().parse(item.file);
    },
  };
}

function numbered(number: number): string {
  return `CERT#${String(number).padStart(4, '0')}`;
}

function documents(db: DynamoDBDocumentClient, TableName: string) {
  return {
    async get(pk: string, sk: string): Promise<Record<string, unknown> | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }));
      return Item;
    },
    /** Writes unless something stands there already; tells whether it wrote. */
    async putFirst(Item: Record<string, unknown>): Promise<boolean> {
      try {
        await db.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
        return true;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return false;
      }
    },
  };
}
