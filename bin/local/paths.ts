import { join } from 'node:path';

/** Root of the repository. */
export const ROOT = join(__dirname, '..', '..');

/** Everything that the local cloud writes lies in this git-ignored folder. */
export const LOCAL_DIR = join(ROOT, '.local');

/** Written by `npm run local`, read by the CLI. */
export const OUTPUTS_FILE = join(LOCAL_DIR, 'outputs.json');
