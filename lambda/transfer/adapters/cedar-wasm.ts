import { setFlagsFromString } from 'node:v8';

export type CedarWasm = typeof import('@cedar-policy/cedar-wasm/nodejs');

/**
 * V8 compiles a function of WebAssembly once more, slowly and well, when it has run for so long. The usual budget is
 * spent while the first policies are parsed, and then those compilers take the processor from the first decision:
 * it comes three times as late. With this one they begin after some hundred decisions.
 */
const TIERING_BUDGET = 100_000_000;

const FLAGS = [
  `--wasm-tiering-budget=${TIERING_BUDGET}`,
  // Most functions of it are never called: V8 then checks each when it first compiles it, and not all while loading.
  '--wasm-lazy-validation',
  // Node 20 was seen to die in its deoptimiser where it had inlined a call into WebAssembly. Newer ones ignore the flag.
  '--no-turbo-inline-js-wasm-calls',
];

/** Loads Cedar, which takes its time, and from then on is there. */
export function cedarWasm(): CedarWasm {
  for (const flag of FLAGS) setFlagsFromString(flag);
  return require('@cedar-policy/cedar-wasm/nodejs') as CedarWasm;
}
