import { execFileSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { ROOT } from '../local/paths';
import { buildChecksPackage } from './build';

const dist = join(ROOT, 'dist');
const folder = join(dist, 'checks');
buildChecksPackage(folder);
const [{ filename }] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--pack-destination', dist, folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
) as [{ filename: string }];
console.log(
  `${relative(process.cwd(), join(dist, filename))}: npm install --save-dev it in your CDK app (docs/checks.md)`,
);
