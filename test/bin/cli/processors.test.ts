import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateInWords } from '../../../bin/cli/certificate';
import { EXIT } from '../../../bin/cli/exit';
import { main } from '../../../bin/cli/main';
import type { NoticeList, NoticeView } from '../../../lambda/disclosure/notice-views';
import { sampleCertificate, sampleCertificateV2 } from '../../lambda/certificate/samples';
import { noticeTo, REQUEST_ID } from '../../lambda/disclosure/support';

const { version: _, ...NOTICE } = noticeTo('sandbox-sms');
const SILENT: NoticeView = { ...NOTICE, name: 'Sandbox SMS gateway', how: null, late: false, attempts: 4 };
const BY_HAND: NoticeView = {
  ...SILENT,
  processorId: 'msg91',
  route: 'manual',
  state: 'by-hand',
  how: 'Write to the data protection contact.',
  late: true,
};
const LIST: NoticeList = {
  requestId: REQUEST_ID,
  announcedAt: NOTICE.createdAt,
  untold: [],
  items: [BY_HAND, SILENT],
};
const LETTER = 'CANARY letter of the processor';
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'evidence-'));
  writeFileSync(join(dir, 'letter.txt'), LETTER);
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Runs a command against an API that answers as listed; what was sent comes back with what was printed. */
async function run(answers: Record<string, unknown>, ...args: string[]) {
  const sent: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    sent.push(body);
    const answer = answers[`${request.method} ${request.url}`];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  process.env.DIGICRM_TOKEN = 'token';
  let out = '';
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: () => undefined,
  };
  const code = await main([...args, '--api-url', `http://127.0.0.1:${port}`], streams);
  server.closeAllConnections();
  server.close();
  return { code, out, sent };
}

describe('digicrm processors', () => {
  const path = `GET /v1/erasure-requests/${REQUEST_ID}/processors`;

  it('says who has not answered, who is late, and what a person has to do', async () => {
    const { code, out } = await run({ [path]: LIST }, 'processors', REQUEST_ID);
    expect(code).toBe(EXIT.ok);
    expect(out).toMatch(/sandbox-sms +api +not reached in 4 tries +2026-12-31/);
    expect(out).toMatch(/msg91 +manual +a person has to tell it \(late\)/);
    expect(out).toContain(`! tell msg91 of its customer ${BY_HAND.reference}: Write to the data protection contact.`);
  });

  it('says which were not told, and that there may be more', async () => {
    const list = { ...LIST, announcedAt: null, items: [], untold: ['msg91'] };
    const { out } = await run({ [path]: list }, 'processors', REQUEST_ID);
    expect(out).toContain('! msg91 was not told yet');
    expect(out).toContain('Not all were told yet');
  });
});

describe('digicrm evidence', () => {
  const path = `POST /v1/erasure-requests/${REQUEST_ID}/processors/msg91/evidence`;
  const sha256 = createHash('sha256').update(LETTER).digest('hex');
  const evidenced: NoticeView = {
    ...BY_HAND,
    state: 'evidenced',
    answeredAt: '2026-12-04T11:20:00.000Z',
    late: false,
    evidence: { sha256, by: 'officer-12', at: '2026-12-04T11:20:00.000Z' },
  };

  it('sends the hash of the file and not the file', async () => {
    const file = join(dir, 'letter.txt');
    const { code, out, sent } = await run(
      { [path]: evidenced },
      ...['evidence', REQUEST_ID, 'msg91', '--file', file, '--by', 'officer-12'],
    );
    expect(code).toBe(EXIT.ok);
    expect(sent.map((body) => JSON.parse(body))).toEqual([{ sha256, by: 'officer-12' }]);
    expect(sent.join()).not.toContain('CANARY');
    expect(out).toContain('msg91: erased, shown by officer-12 at 2026-12-04T11:20:00.000Z');
  });

  it.each([
    ['a file that is not there', ['--file', '/nowhere/letter.txt', '--by', 'officer-12']],
    ['a person by her phone', ['--file', __filename, '--by', '9876543210']],
  ])('asks nothing of the API with %s', async (_what, options) => {
    const { code, sent } = await run({}, 'evidence', REQUEST_ID, 'msg91', ...options);
    expect(code).toBe(EXIT.usage);
    expect(sent).toEqual([]);
  });
});

describe('a certificate in words', () => {
  const words = certificateInWords(sampleCertificate('0'.repeat(64)));

  it('says who has answered and who has not', () => {
    expect(words).toContain('processor sms-gateway: acknowledged at 2026-01-08T10:05:02.000Z');
    expect(words).toContain(
      'processor silent-mailer: no answer by 2026-01-08T10:06:31.000Z (told), has until 2026-02-07T10:05:00.000Z',
    );
  });

  it('names them where it is of version 2, which says no more', () => {
    const lines = certificateInWords(sampleCertificateV2('0'.repeat(64))).split('\n');
    expect(lines).toContain('processor silent-mailer');
  });
});
