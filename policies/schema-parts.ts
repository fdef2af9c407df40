import * as z from 'zod';

export const id = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a lower-case id such as crm-records');
export const sentence = z.string().min(10, 'a sentence of at least 10 characters');
/** Calendar date, e.g. 2027-05-13. */
export const date = z.iso.date();
/** Where a number or duty comes from: provision, and a note on how sure we are. */
export const citation = z.strictObject({ source: z.string().min(3), note: sentence.optional() });
/** The two AWS Regions in India; there is no third to choose. */
export const regionName = z.enum(['ap-south-1', 'ap-south-2']);
