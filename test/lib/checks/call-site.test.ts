import { callSite, siteIn } from '../../../lib/checks/call-site';

describe('the place of a call', () => {
  it.each([
    ['    at new Vault (/repo/lib/data/vault.ts:12:5)', { file: 'lib/data/vault.ts', line: 12 }],
    ['    at /repo/bin/app.ts:7:1', { file: 'bin/app.ts', line: 7 }],
    ['    at async file:///repo/bin/app.ts:7:1', { file: 'bin/app.ts', line: 7 }],
    ['    at build (file:///repo/bin/app.ts:7:1)', { file: 'bin/app.ts', line: 7 }],
    ['at Object.<anonymous> (/repo/lib/a b/c.ts:3:9)', { file: 'lib/a b/c.ts', line: 3 }],
  ])('is read from "%s"', (frame, site) => {
    expect(siteIn(['Error', frame], '/repo')).toEqual(site);
  });

  it('is the first one that is neither in a package nor outside of the repository', () => {
    const trace = [
      '    at Validations.acknowledge (/repo/node_modules/aws-cdk-lib/core/lib/validation/validations.js:1:20)',
      '    at run (node:internal/modules/run_main:1:1)',
      '    at other (/elsewhere/lib/x.ts:1:1)',
      '    at mine (/repo/lib/mine.ts:4:2)',
      '    at app (/repo/bin/app.ts:1:1)',
    ];
    expect(siteIn(trace, '/repo')).toEqual({ file: 'lib/mine.ts', line: 4 });
    expect(siteIn(trace.slice(0, 3), '/repo')).toBeNull();
    expect(siteIn([], '/repo')).toBeNull();
  });

  it('is that of the caller, and leaves the length of stack traces as it was', () => {
    const before = Error.stackTraceLimit;
    const called = () => callSite(called);
    expect(called()).toEqual({ file: 'test/lib/checks/call-site.test.ts', line: expect.any(Number) });
    expect(Error.stackTraceLimit).toBe(before);
  });
});
