import * as z from 'zod';

const instant = z.iso.datetime({ precision: 3 });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What became of telling one processor to erase.
 * - `to-tell`: not sent yet, or every try failed so far. `told`: it was sent and taken, no answer yet.
 * - `acknowledged`: the processor says that it erased. `refused`: it says that it will not.
 * - `by-hand`: no way to send; a person has to, and show evidence. `evidenced`: she did.
 */
export const noticeStateSchema = z.enum(['to-tell', 'told', 'acknowledged', 'refused', 'by-hand', 'evidenced']);

/** A processor told, or to be told, of one erasure. `pk` NOTICE#requestId, `sk` processorId. */
export const noticeSchema = z.strictObject({
  requestId: z.string(),
  tenantId: z.string(),
  processorId: z.string(),
  route: z.enum(['api', 'manual']),
  scope: z.enum(['tenant', 'subject']),
  /** Names the person or tenant towards this processor; a keyed hash. */
  reference: sha256,
  state: noticeStateSchema,
  createdAt: instant,
  toldAt: instant.nullable(),
  answeredAt: instant.nullable(),
  /** Day by which it has to have erased. */
  deadline: instant,
  attempts: z.int().min(0),
  /** When people were told that it is late; it is told of once. */
  escalatedAt: instant.nullable(),
  /** For the manual route. */
  evidence: z.strictObject({ sha256, by: z.string(), at: instant }).nullable(),
  version: z.int().min(1),
});
export type Notice = z.infer<typeof noticeSchema>;

/** Message of the queue on which the erasure engine tells that an erasure has begun; ids only. */
export const announceMessageSchema = z.strictObject({ type: z.literal('announce'), requestId: z.string() });
export type AnnounceMessage = z.infer<typeof announceMessageSchema>;

/** True once a processor's part is over: nothing is asked of it any more. */
export function isAnswered({ state }: Pick<Notice, 'state'>): boolean {
  return state === 'acknowledged' || state === 'evidenced' || state === 'refused';
}
