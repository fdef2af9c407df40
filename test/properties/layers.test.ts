import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Every import of every TypeScript file of a folder: the file, and what it imports, as a path below the root where it can be. */
function importsOf(folder: string): { file: string; imported: string }[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
  return files.flatMap((name) => {
    const path = join(ROOT, folder, name);
    const specifiers = [...readFileSync(path, 'utf8').matchAll(/(?:from|import|import\(|require\()\s*'([^']+)'/g)];
    return specifiers.map(([, specifier = '']) => ({
      file: relative(ROOT, path),
      imported: specifier.startsWith('.') ? relative(ROOT, normalize(join(dirname(path), specifier))) : specifier,
    }));
  });
}

const breaches = (folder: string, forbidden: RegExp) =>
  importsOf(folder).filter(({ imported }) => forbidden.test(imported));

describe('layers', () => {
  it('keep the CDK, synth and bin out of functions', () => {
    expect(importsOf('lambda').length).toBeGreaterThan(50);
    expect(breaches('lambda', /^(aws-cdk-lib|constructs|cdk-nag)|^(lib|bin)\//)).toEqual([]);
  });

  it('keep handlers, SDK adapters and the SDK out of synth', () => {
    expect(breaches('lib', /\.handler$|\/adapters\/|^@aws-sdk\//)).toEqual([]);
  });

  it('let the register depend on nothing of ours', () => {
    expect(breaches('policies', /^(lambda|lib|bin)\//)).toEqual([]);
  });
});
