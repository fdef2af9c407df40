import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advanceClock, clockNow, resetClock, setClock } from '../../../bin/local/clock';
import { systemClock } from '../../../lambda/shared/clock';
import { clockFromEnv } from '../../../lambda/shared/clock-file';
import { ENV } from '../../../lambda/shared/names';

const DAY_MS = 86_400_000;
const NOW = new Date('2027-03-01T10:00:00Z');

let clockFile: string;
beforeEach(() => {
  jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick', 'setImmediate'] });
  clockFile = join(mkdtempSync(join(tmpdir(), 'digicrm-')), 'clock');
  process.env[ENV.clockFile] = clockFile;
  process.env[ENV.stage] = 'local';
});
afterEach(() => {
  jest.useRealTimers();
  delete process.env[ENV.clockFile];
  delete process.env[ENV.stage];
});

it('is the clock of the system where no file is named', () => {
  delete process.env[ENV.clockFile];
  expect(clockFromEnv()).toBe(systemClock);
});

it('is on time while there is no file', () => {
  expect(clockFromEnv().now()).toEqual(NOW);
});

it('follows every move of a clock that is already read', async () => {
  const clock = clockFromEnv();
  await setClock({ clockFile }, new Date('2028-02-29T00:00:00Z'));
  expect(clock.now()).toEqual(new Date('2028-02-29T00:00:00Z'));
  await advanceClock({ clockFile }, DAY_MS);
  expect(clock.now()).toEqual(new Date('2028-03-01T00:00:00Z'));
  expect(await clockNow({ clockFile })).toEqual(clock.now());
  await setClock({ clockFile }, new Date('2026-01-01T00:00:00Z'));
  expect(clock.now()).toEqual(new Date('2026-01-01T00:00:00Z'));
  await resetClock({ clockFile });
  expect(clock.now()).toEqual(NOW);
});

it('runs on from where it was set', async () => {
  await setClock({ clockFile }, new Date('2028-02-29T00:00:00Z'));
  jest.setSystemTime(NOW.getTime() + 1_500);
  expect(clockFromEnv().now()).toEqual(new Date('2028-02-29T00:00:01.500Z'));
});

it.each([[''], ['tomorrow'], ['1e9'], ['12 34'], ['1.5'], ['9'.repeat(15)]])('gives no time for "%s"', (content) => {
  writeFileSync(clockFile, content);
  expect(() => clockFromEnv().now()).toThrow('the clock file holds no offset');
});

it('gives no time where the file cannot be read', () => {
  process.env[ENV.clockFile] = tmpdir();
  expect(() => clockFromEnv().now()).toThrow('EISDIR');
});

it.each([['dev'], ['prod'], [undefined]])('refuses a file in stage %s', (stage) => {
  delete process.env[ENV.stage];
  if (stage !== undefined) process.env[ENV.stage] = stage;
  expect(() => clockFromEnv()).toThrow('CLOCK_FILE is for stage local only');
});

it('cannot be moved where the cloud says so', async () => {
  await expect(setClock({ clockFile: null }, NOW)).rejects.toThrow('cannot be moved');
  await expect(resetClock({ clockFile: null })).rejects.toThrow('cannot be moved');
  expect(await clockNow({ clockFile: null })).toEqual(NOW);
});
