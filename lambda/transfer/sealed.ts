import * as z from 'zod';
import type { Processor } from '../../policies/schema';
import { hashOf } from '../shared/canonical';
import { contractOf } from './field-contract';
import { decisionBodySchema } from './model';
import type { Asked } from './weigh';

/**
 * What is put away for a transfer: the message as it will go, and the question that was asked about it, so that it
 * can be asked again. Without the subject's id, which is in the row's key.
 */
const envelopeSchema = z.strictObject({
  asked: decisionBodySchema.omit({ subjectId: true }).extend({ subjectNamed: z.boolean() }),
  /** SHA-256 of the field contract to which the message was cut down; it may not go under another. */
  contract: z.string().regex(/^[0-9a-f]{64}$/),
  /** JSON that goes to the processor. */
  message: z.string(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

export function seal(asked: Asked, contract: string, message: string): Uint8Array {
  return Buffer.from(JSON.stringify({ asked, contract, message } satisfies Envelope));
}

/** @throws ZodError or SyntaxError where it is not what was put away */
export function unseal(bytes: Uint8Array): Envelope {
  return envelopeSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}

/** Names the field contract of a processor for a purpose; undefined where there is none. */
export function contractHash(processor: Processor, purpose: string): string | undefined {
  const contract = contractOf(processor, purpose);
  return contract && hashOf(contract);
}
