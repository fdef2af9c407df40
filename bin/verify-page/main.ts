import { writeFileSync } from 'node:fs';
import { buildPage, PAGE_FILE } from './build';

// `npm run verify:page`: writes the page anew; a test says when it has to be.
writeFileSync(PAGE_FILE, buildPage());
