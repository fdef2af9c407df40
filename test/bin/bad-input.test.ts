import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRegister } from '../../policies/load';

const ROOT = join(__dirname, '..', '..');
const { app: command, context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as {
  app: string;
  context: Record<string, unknown>;
};

/** One replacement in one file of the register. */
interface Broken {
  readonly file: string;
  readonly before: string | RegExp;
  readonly after: string;
}

/** What a person sees who runs the app with that register. */
interface Seen {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copy of the app, so that the real register stays as it is while others read it. */
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'bad-input-'));
  for (const part of [
    'bin',
    'lambda',
    'lib',
    'policies',
    'cdk.json',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ])
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rmSync(copy, { recursive: true }));

/** Runs the app as the CDK's command line does: the command of cdk.json, with context and folder in its environment. */
function synth(more: Record<string, unknown> = {}, environment: NodeJS.ProcessEnv = {}): Seen {
  const [program = '', ...args] = command.split(' ');
  return spawnSync(program, args, {
    cwd: copy,
    encoding: 'utf8',
    env: {
      ...process.env,
      ...environment,
      CDK_OUTDIR: join(copy, 'cdk.out'),
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [], ...more }),
    },
  });
}

function synthBroken({ file, before, after }: Broken, more: Record<string, unknown> = {}): Seen {
  const path = join(copy, 'policies', file);
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(before, after);
  if (changed === text) throw new Error(`${file} does not contain ${before}`);
  writeFileSync(path, changed);
  try {
    return synth(more);
  } finally {
    writeFileSync(path, text);
  }
}

/** One line, no stack trace, and a failure that a script notices. */
function expectOneLine({ status, stdout, stderr }: Seen, line: RegExp): void {
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(line)]);
  expect(stdout).toBe('');
  expect(status).toBe(1);
}

describe('synth says on one line what is wrong', () => {
  it.each<[string, Broken, RegExp]>([
    [
      'a Region outside India',
      { file: 'regions.yaml', before: 'region: ap-south-2', after: 'region: eu-central-1' },
      /policies\/regions\.yaml:\d+: replica\.region: expected "ap-south-1" or "ap-south-2", got string "eu-central-1"$/,
    ],
    [
      'access logs that go before the law lets them',
      { file: 'retention.yaml', before: /(accessLogDays:\n +days:) 400/, after: '$1 100' },
      /policies\/retention\.yaml:\d+: lifecycle\.accessLogDays\.days: expected at least 366 because of ".+", got 100$/,
    ],
    [
      'logs of functions that go before the law lets them',
      { file: 'retention.yaml', before: /(functionLogDays:\n +days:) 400/, after: '$1 365' },
      /policies\/retention\.yaml:\d+: lifecycle\.functionLogDays\.days: expected at least 366 because of ".+", got 365$/,
    ],
    [
      'old versions that stay for longer than the promise',
      { file: 'retention.yaml', before: /(noncurrentDays:\n +days:) 89/, after: '$1 95' },
      /policies\/retention\.yaml:\d+: lifecycle\.noncurrentDays\.days: expected at most 89, .*, got 95$/,
    ],
    [
      'backups that outlive their ceiling',
      { file: 'retention.yaml', before: /(retainDays:\n +days:) 35/, after: '$1 40' },
      /policies\/retention\.yaml:\d+: backups\.retainDays\.days: expected at most 35, .*, got 40 \(.*:\d+\)$/,
    ],
    [
      'a processor with a wildcard domain',
      { file: 'processors.yaml', before: 'api.razorpay.com', after: "'*.razorpay.com'" },
      /policies\/processors\.yaml:\d+: processors\[\d\]\.domains\[0\]: expected one exact host name .*got string "\*\.razorpay\.com"$/,
    ],
    [
      'a processor that is sent to on a host of somebody else',
      { file: 'processors.yaml', before: 'https://sms.processors.test/v1/messages', after: 'https://sms.example.com/' },
      /policies\/processors\.yaml:\d+: processors\[\d\]\.endpoint: expected a host of its domains .*, got "sms\.example\.com" \(.*:\d+\)$/,
    ],
    [
      'a switch that is off without a reason',
      { file: 'stages.yaml', before: /(tokenScopes:\n +enabled: )true/, after: '$1false' },
      /policies\/stages\.yaml:\d+: stages\.dev\.switches\.tokenScopes\.reason: expected string, got nothing$/,
    ],
  ])('%s', (_, broken, line) => {
    expectOneLine(synthBroken(broken), line);
  });

  it('a policy of transfers that speaks of what nobody knows', () => {
    const broken = { file: 'transfers/grounds.cedar', before: 'context.evidenced', after: 'context.evidense' };
    expectOneLine(
      synthBroken(broken, { 'aws:cdk:bundling-stacks': ['**'] }),
      /policies\/transfers\/grounds\.cedar:\d+: attribute `evidense` .* \(did you mean `evidenced`\?\)$/,
    );
  });

  it('a stage that the register does not know', () => {
    expectOneLine(
      synth({ stage: 'production' }),
      /^Unknown stage "production": use -c stage=<name> with one of local, dev, prod/,
    );
  });

  it('an account id of 11 digits', () => {
    expectOneLine(
      synth({}, { CDK_DEFAULT_ACCOUNT: '12345678901' }),
      /^Account "12345678901" is no AWS account id: expected 12 digits/,
    );
  });

  it('and `npx cdk synth` adds only that it failed', () => {
    const { status, stderr } = spawnSync('npx', ['cdk', 'synth', '--quiet', '**', '-c', 'stage=production'], {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, CI: '1' },
    });
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining('Unknown stage "production"'),
      expect.stringContaining('Subprocess exited with error 1'),
    ]);
    expect(status).toBe(1);
  });
});

it('says of each costly part that a stage goes without why it does', () => {
  const { status, stderr } = synth({ stage: 'local' });
  expect(status).toBe(0);
  const off = Object.entries(loadRegister().stages.stages.local?.switches ?? {}).filter(([, state]) => !state.enabled);
  expect(off.length).toBeGreaterThan(0);
  for (const [part] of off) expect(stderr).toMatch(new RegExp(`^Stage local goes without ${part}: .{10,}$`, 'm'));
});
