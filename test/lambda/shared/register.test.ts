import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerFromBundle } from '../../../lambda/shared/register';
import { loadRegister } from '../../../policies/load';
import { bundledRegister } from '../../../policies/register';

describe('registerFromBundle', () => {
  const before = process.env.LAMBDA_TASK_ROOT;
  let bundle: string;

  beforeEach(() => {
    bundle = mkdtempSync(join(tmpdir(), 'bundle-'));
    process.env.LAMBDA_TASK_ROOT = bundle;
  });

  afterEach(() => {
    rmSync(bundle, { recursive: true });
    if (before === undefined) delete process.env.LAMBDA_TASK_ROOT;
    else process.env.LAMBDA_TASK_ROOT = before;
  });

  it('reads the register that was bundled with the function', () => {
    const register = bundledRegister(loadRegister());
    writeFileSync(join(bundle, 'register.json'), JSON.stringify(register));
    expect(registerFromBundle()).toEqual(register);
  });

  it('says what is missing when the bundle has no register', () => {
    expect(() => registerFromBundle()).toThrow("register.json in the function's bundle cannot be read");
  });

  it('refuses a register that is cut off', () => {
    writeFileSync(join(bundle, 'register.json'), '{"regions":');
    expect(() => registerFromBundle()).toThrow("register.json in the function's bundle cannot be read");
  });

  it('refuses a register that it does not understand', () => {
    writeFileSync(join(bundle, 'register.json'), '{}');
    expect(() => registerFromBundle()).toThrow('regions: expected a mapping, got nothing');
  });

  it('refuses to guess where the bundle is', () => {
    delete process.env.LAMBDA_TASK_ROOT;
    expect(() => registerFromBundle()).toThrow('LAMBDA_TASK_ROOT is not set');
  });
});
