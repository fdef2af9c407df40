import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../../../bin/cli/exit';
import { main } from '../../../bin/cli/main';
import { replayInWords } from '../../../bin/cli/replay-words';
import { noCounts } from '../../../lambda/erasure/counts';
import type { ReplayReport } from '../../../lambda/erasure/replay';
import { STORES } from '../../support/erasure-harness';

const outputs = join(mkdtempSync(join(tmpdir(), 'digicrm-')), 'outputs.json');
writeFileSync(
  outputs,
  JSON.stringify({
    'ControlPlane-prod': {
      ApiUrl: 'https://abc.execute-api.ap-south-1.amazonaws.com/prod/',
      UserPoolId: 'ap-south-1_abc',
      TokenEndpoint: 'https://digicrm.auth.ap-south-1.amazoncognito.com/oauth2/token',
      SigningKeyId: 'key-1',
      ControlTableName: 'control',
      Inventory: JSON.stringify(STORES),
      DataKeys: '{}',
    },
  }),
);

async function replay(...args: string[]) {
  let err = '';
  const code = await main(['replay-erasures', '--outputs', outputs, ...args], {
    out: () => undefined,
    err: (text) => {
      err += text;
    },
  });
  return { code, err };
}

const SINCE = ['--since', '2026-11-22T10:00:00+05:30'];

describe('replay-erasures refuses, before it reads anything,', () => {
  it.each([
    ['a day, whose first hours it could leave out', ['--since', '2026-11-22', '--store', 'crm-records'], /an instant/],
    ['an instant without its offset', ['--since', '2026-11-22T10:00:00', '--store', 'crm-records'], /an instant/],
    [
      'a moment to come, since when nothing was erased',
      ['--since', '2999-01-01T00:00:00Z', '--store', 'crm-records'],
      /future/,
    ],
    ['a store that the deployment lacks', [...SINCE, '--store', 'crm'], /no store "crm": use one of customer-files/],
    [
      'a bucket as the copy of a table',
      [...SINCE, '--store', 'crm-records', '--bucket', 'b'],
      /is a table: use --table/,
    ],
    ['a table as the copy of a bucket', [...SINCE, '--store', 'exports', '--table', 't'], /is a bucket: use --bucket/],
    ['a copy of nothing in particular', SINCE, /--store/],
  ])('%s', async (_, args, message) => {
    const { code, err } = await replay(...args);
    expect(code).toBe(EXIT.usage);
    expect(err).toMatch(message);
  });
});

describe('the last line of a replay', () => {
  const clean: ReplayReport = {
    erasures: 2,
    erased: { ...noCounts(), items: 7 },
    kept: noCounts(),
    left: noCounts(),
    unfinished: [],
    heldBy: [],
    mayServe: true,
  };

  it('says that a copy may serve', () => {
    expect(replayInWords('copy', clean, false)).toBe(
      '2 erasures applied again, 7 things erased, nothing left: copy may serve.',
    );
  });

  it('names what a legal hold keeps, and says that the copy may not serve', () => {
    const kept = { ...noCounts(), items: 3 };
    const report = { ...clean, kept, left: kept, unfinished: ['er-1'], heldBy: ['matter-17'], mayServe: false };
    expect(replayInWords('copy', report, false)).toBe(
      '2 erasures applied again, 7 things erased, 3 things are held or were refused, legal holds: matter-17, ' +
        '3 things are left, see er-1: this copy may not serve.',
    );
  });

  it('counts what a dry run left alone', () => {
    const report = {
      ...clean,
      erased: noCounts(),
      left: { ...noCounts(), items: 9 },
      unfinished: ['er-1'],
      mayServe: false,
    };
    expect(replayInWords('copy', report, true)).toBe(
      '2 erasures would be applied again, 9 things erased, see er-1: this copy may not serve.',
    );
  });
});
