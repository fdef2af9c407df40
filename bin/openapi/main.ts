import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildOpenApi, problemTable } from './document';
import { DOCS } from './part';

/** Writes docs/api/openapi.json and the table of docs/api/README.md. */
function main(): void {
  writeFileSync(join(DOCS, 'openapi.json'), `${JSON.stringify(buildOpenApi(), null, 2)}\n`);
  const guide = join(DOCS, 'README.md');
  const text = readFileSync(guide, 'utf8');
  writeFileSync(guide, text.replace(/\| status \| type \|[^\n]*\n(\|[^\n]*\n)*/, `${problemTable()}\n`));
}

main();
