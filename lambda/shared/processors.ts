import type { Processor } from '../../policies/schema';
import { processorsSchema } from '../../policies/transfer-schema';
import { jsonFromBundle } from './bundled-json';
import { PROCESSORS_FILE } from './names';

/**
 * Processors that exist in a stage, by id, from policies/processors.yaml as synth put it into the function's bundle,
 * checked again. Call once, at module scope.
 *
 * @throws Error when the file is not there or not understood
 */
export function processorsFromBundle(stage: string): ReadonlyMap<string, Processor> {
  const { processors } = processorsSchema.parse(jsonFromBundle(PROCESSORS_FILE));
  return new Map(
    processors.filter(({ stages }) => stages.includes(stage)).map((processor) => [processor.id, processor]),
  );
}
