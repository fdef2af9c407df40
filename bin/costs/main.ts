import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../local/paths';
import { loadModel, loadPrices } from './model';
import { withTables } from './tables';

/** Works the tables of docs/costs.md out anew. */
const file = join(ROOT, 'docs', 'costs.md');
writeFileSync(file, withTables(readFileSync(file, 'utf8'), loadModel(), loadPrices()));
