import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { ROOT } from '../local/paths';

/** What `npm run synth` writes. */
const FOLDERS = ['cdk.out/prod', 'cdk.out/dev'];

/** Folders of synthesised apps that were named, or those of `npm run synth`. Throws where one holds no app. */
export function foldersOf(named: readonly string[]): string[] {
  const folders =
    named.length > 0 ? named.map((folder) => resolve(folder)) : FOLDERS.map((folder) => join(ROOT, folder));
  const empty = folders.find((folder) => !existsSync(join(folder, 'manifest.json')));
  if (empty !== undefined) throw new Error(`${empty} holds no synthesised app: run npm run synth first.`);
  return folders;
}

/** Paths of all templates in synthesised apps, by the Region that each is deployed to. */
export function templatesByRegion(folders: readonly string[]): Map<string, string[]> {
  const regions = new Map<string, string[]>();
  for (const { environment, templateFullPath } of folders.flatMap((folder) => new CloudAssembly(folder).stacks))
    regions.set(environment.region, [...(regions.get(environment.region) ?? []), templateFullPath]);
  return regions;
}
