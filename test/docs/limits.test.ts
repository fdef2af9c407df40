import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leftOut } from '../../bin/local/left-out';
import { loadRegister } from '../../policies/load';

const limits = readFileSync(join(__dirname, '..', '..', 'docs', 'limits.md'), 'utf8');
const lacks = loadRegister().stages.stages.local?.lacks ?? [];

describe('what the emulator lacks', () => {
  it('stands in docs/limits.md, as the register has it and nothing else', () => {
    const rows = [...limits.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)].map(([, service, reason]) => ({
      service,
      reason,
    }));
    expect(rows).toEqual(lacks);
    expect(rows.length).toBeGreaterThan(5);
  });

  it('is printed, a line each, when the local cloud starts', () => {
    const lines = leftOut();
    for (const { service, reason } of lacks) expect(lines).toContain(`  ${service}: ${reason}`);
  });
});
