import * as z from 'zod';
import { opaqueId } from '../erasure/model';
import { noticeSchema } from './model';

/** Body of `POST /v1/erasure-requests/{id}/processors/{processorId}/evidence`. */
export const evidenceBodySchema = z.strictObject({
  /** SHA-256 of the file that shows that the processor erased, in hex. The file itself stays with you. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits'),
  /** Opaque id of the person who saw it. */
  by: opaqueId,
});
export type EvidenceBody = z.infer<typeof evidenceBodySchema>;

/** What became of telling one processor. */
export const noticeViewSchema = noticeSchema.omit({ version: true }).extend({
  /** Legal name; null where the register does not have it any more. */
  name: z.string().nullable(),
  /** What a person has to do to tell it; null where it is told by its API, or nothing is known. */
  how: z.string().nullable(),
  /** Whether it has not answered by its day, or answered after it. */
  late: z.boolean(),
});
export type NoticeView = z.infer<typeof noticeViewSchema>;

/** All processors that had to hear of an erasure, by id. */
export const noticeListSchema = z.strictObject({
  requestId: z.string(),
  /** When a notice existed for every processor; null until then, or while a legal hold stops it. */
  announcedAt: z.string().nullable(),
  /** Processors of the plan that nobody has told yet. */
  untold: z.array(z.string()),
  items: z.array(noticeViewSchema),
});
export type NoticeList = z.infer<typeof noticeListSchema>;
