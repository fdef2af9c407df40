import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { bundleOf } from '../../../lib/control-plane/handler-bundles';
import { loadRegister } from '../../../policies/load';
import { bundledRegister } from '../../../policies/register';

const ROOT = join(__dirname, '..', '..', '..');
const ENTRY = 'access/authorizer.handler.ts';
const register = loadRegister();

/** A copy of the sources to change, with one handler to be quick. */
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'bundles-'));
  for (const part of ['lambda', 'lib/control-plane/handler-bundles.ts', 'policies', 'package.json', 'tsconfig.json'])
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  cpSync(join(ROOT, 'package-lock.json'), join(copy, 'package-lock.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const name of readdirSync(join(copy, 'lambda'), { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.handler.ts') && name !== ENTRY) rmSync(join(copy, 'lambda', name));
});

afterAll(() => rmSync(copy, { recursive: true }));

/** What another process would get: a module remembers its answer. */
function bundle(carried = register): string {
  let made = '';
  jest.isolateModules(() => {
    const module = require(join(copy, 'lib/control-plane/handler-bundles')) as { bundleOf: typeof bundleOf };
    made = module.bundleOf(ENTRY, carried);
  });
  return made;
}

const code = (folder: string) => readFileSync(join(folder, 'index.mjs'), 'utf8');
const builtAt = (folder: string) => statSync(join(folder, 'index.mjs')).mtimeMs;

describe('the bundles of handlers', () => {
  it('are made once while nothing changes', () => {
    const first = bundle();
    const at = builtAt(first);
    expect(bundle()).toBe(first);
    expect(builtAt(first)).toBe(at);
  });

  it.each([
    ['a source of functions', 'lambda/shared/names.ts'],
    ['a source of the register', 'policies/register.ts'],
    ['the lock file', 'package-lock.json'],
    ['the settings of TypeScript', 'tsconfig.json'],
  ])('are made anew when %s changes', (_, file) => {
    const before = bundle();
    writeFileSync(join(copy, file), `${readFileSync(join(copy, file), 'utf8')}\n`);
    expect(bundle()).not.toBe(before);
  });

  it('are made anew when a policy of transfers changes', () => {
    const before = bundle();
    const file = join(copy, 'policies/transfers/residency.cedar');
    writeFileSync(file, readFileSync(file, 'utf8').replace('@statement("No data goes', '@statement("Nothing goes'));
    expect(bundle()).not.toBe(before);
  });

  it('are made anew when a file is added', () => {
    const before = bundle();
    writeFileSync(join(copy, 'lambda/shared/more.ts'), '');
    expect(bundle()).not.toBe(before);
  });

  it('are made anew when a package is edited by hand', () => {
    const before = bundle();
    const inputs = join(before, '..', '..', 'inputs.json');
    const { files } = JSON.parse(readFileSync(inputs, 'utf8')) as { files: string[] };
    expect(files.some((file) => file.includes('node_modules/aws-jwt-verify/'))).toBe(true);
    // As if a file had been another one when the bundles were made.
    writeFileSync(inputs, JSON.stringify({ files, hash: 'of other files' }));
    const at = builtAt(before);
    expect(builtAt(bundle())).toBeGreaterThan(at);
  });

  it('carry the part of the register that they were asked for', () => {
    const other = { ...register, erasure: { ...register.erasure, maxRounds: 7 } };
    expect(JSON.parse(readFileSync(join(bundle(other), 'register.json'), 'utf8'))).toEqual(bundledRegister(other));
    expect(JSON.parse(readFileSync(join(bundle(), 'register.json'), 'utf8'))).toEqual(bundledRegister(register));
  });

  it('are the same bytes wherever they are made', () => {
    const before = code(bundle());
    rmSync(join(copy, '.local'), { recursive: true });
    expect(code(bundle())).toBe(before);
    expect(before).not.toContain(copy);
  });
});
