import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installEmulator, MissingToolError } from '../../../bin/local/python-packages';

const PATH = process.env.PATH;

/** A python3 that says it is of this version and answers pip in this way. */
function givenPython(version: string, pip: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'digicrm-'));
  const script = `#!/bin/sh\nif [ "$1" = -c ]; then echo ${version}; else echo "${pip}" >&2; exit 1; fi\n`;
  writeFileSync(join(folder, 'python3'), script, { mode: 0o755 });
  process.env.PATH = `${folder}:/usr/bin:/bin`;
}

afterEach(() => {
  process.env.PATH = PATH;
});

describe('installEmulator says on one line what is missing', () => {
  async function message(): Promise<string> {
    const error = await installEmulator(() => {}).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(MissingToolError);
    return (error as Error).message;
  }

  it('when there is no python3', async () => {
    process.env.PATH = mkdtempSync(join(tmpdir(), 'digicrm-'));
    expect(await message()).toMatch(/^.*install it, e\.g\. apt-get install python3 python3-pip$/);
  });

  // Version 3.99 is installed nowhere, so that no earlier install is found.
  it.each([
    ['python3 is too old', '3.9', '', /is 3\.9: put a newer one first on the PATH$/],
    ['pip is missing', '3.99', '/usr/bin/python3: No module named pip', /e\.g\. apt-get install python3-pip$/],
    ['PyPI is out of reach', '3.99', 'ERROR: No matching distribution found for ministack==1.4.21', /^.*PyPI.*$/],
    ['pip fails in another way', '3.99', 'ERROR: disk full', /^pip could not install the emulator: ERROR: disk full$/],
  ])('when %s', async (_, version, pip, expected) => {
    givenPython(version, pip);
    expect(await message()).toMatch(expected);
  });
});
