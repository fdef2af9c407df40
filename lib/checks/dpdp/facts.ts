import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type PackFacts, packSchema } from '../../../policies/pack-schema';

/** What the rules go by. */
export type Facts = PackFacts;

const FILE = join(__dirname, '..', '..', '..', 'policies', 'pack.yaml');

/** Facts that come with the pack, from the register. @throws ZodError when the file is not as it should be */
export function loadFacts(file = FILE): Facts {
  return packSchema.parse(parse(readFileSync(file, 'utf8')));
}
