import { systemClock } from '../../lambda/shared/clock';
import { loadRegister } from '../../policies/load';
import { ROOT } from '../local/paths';
import { evidence } from './evidence';

/** `npm run evidence`: docs/evidence.md explains it. */
evidence(process.argv.slice(2), {
  root: ROOT,
  clock: systemClock,
  loadRegister: () => loadRegister(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
