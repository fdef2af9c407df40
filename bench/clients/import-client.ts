import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

/** Imports one file, as Lambda does when it starts a function, and reports how long that took. */

/** What the client reports. */
export interface ImportResult {
  readonly importMs: number;
}

async function main(file: string): Promise<ImportResult> {
  const url = pathToFileURL(file).href;
  const startedAt = performance.now();
  const module = (await import(url)) as { handler?: unknown; default?: { handler?: unknown } };
  const importMs = performance.now() - startedAt;
  if (typeof (module.handler ?? module.default?.handler) !== 'function') throw new Error(`${file} exports no handler`);
  return { importMs };
}

main(JSON.parse(process.argv[2] ?? '""') as string).then(
  (result) => process.send?.(result, () => process.exit(0)),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
