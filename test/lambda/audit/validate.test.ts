import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { problemCount } from '../../../lambda/audit/integrity';
import { integrityEvent } from '../../../lambda/audit/integrity-event';
import { Archive, changeByte, forge, HOME, NOW, PREFIX, put, rsaKey, TrailWriter, validate } from './trail-writer';

const key = rsaKey();
const stranger = rsaKey();

/** Two days of digests up to half an hour ago; the first of them is before the time looked at. */
function twoDays(archive = new Archive()) {
  return { archive, trail: new TrailWriter(archive, key, HOME, new Date('2027-02-28T18:00:00Z')).hours(50) };
}
const nth = (list: readonly string[], i: number) => list.at(i) as string;

describe('an untouched trail', () => {
  it('is intact: every digest and log of two days was read, and none of the time before', async () => {
    const { archive } = twoDays();
    expect(await validate(archive, [key])).toEqual({
      from: '2027-02-28T19:30:00.000Z',
      to: '2027-03-02T20:30:00.000Z',
      regions: 1,
      digests: 49,
      logs: 98,
      unsigned: 0,
      problems: {},
      findings: [],
    });
  });

  it('is intact on its first day, when the first digest has no predecessor', async () => {
    const archive = new Archive();
    new TrailWriter(archive, key, HOME, new Date('2027-03-02T15:00:00Z')).hours(5);
    expect(await validate(archive, [key])).toMatchObject({ digests: 5, problems: {} });
  });

  it('is intact when CloudTrail changes its key between two digests', async () => {
    const archive = new Archive();
    const newer = rsaKey();
    const trail = new TrailWriter(archive, key, HOME, new Date('2027-03-02T10:00:00Z')).hours(5);
    Object.assign(trail, { key: newer });
    trail.hours(5);
    expect(await validate(archive, [key, newer])).toMatchObject({ digests: 10, problems: {} });
  });

  it('is intact when digests were added for logs that came late, which follow a chain of their own', async () => {
    const { archive } = twoDays();
    const added = new TrailWriter(archive, key, HOME, new Date('2027-03-01T03:00:00Z'));
    added.hour(undefined, '_backfill').pause(7).hour(undefined, '_backfill');
    expect(await validate(archive, [key])).toMatchObject({ digests: 51, logs: 102, problems: {} });
  });

  it('is looked at in every Region, without the signatures of Regions whose keys cannot be had', async () => {
    const { archive } = twoDays();
    new TrailWriter(archive, stranger, 'us-east-1', new Date('2027-02-28T18:00:00Z')).hours(50);
    const integrity = await validate(archive, [key]);
    expect(integrity).toMatchObject({ regions: 2, digests: 98, logs: 196, unsigned: 49, problems: {} });
  });

  it('is not mixed up with another trail that writes beside it', async () => {
    const { archive } = twoDays();
    const name = `111122223333_CloudTrail-Digest_${HOME}_other_${HOME}_20270302T120000Z.json.gz`;
    archive.objects.set(`${PREFIX}${HOME}/2027/03/02/${name}`, { body: Buffer.from('?'), metadata: {} });
    expect(await validate(archive, [key])).toMatchObject({ digests: 49, problems: {} });
  });
});

describe('a log', () => {
  it('with one changed byte is named', async () => {
    const { archive, trail } = twoDays();
    changeByte(archive, nth(trail.logs, 40));
    const integrity = await validate(archive, [key]);
    expect(integrity.problems).toEqual({ 'log-changed': 1 });
    expect(integrity.findings).toEqual([{ kind: 'log-changed', region: HOME, key: nth(trail.logs, 40) }]);
  });

  it('that is damaged, cut off or replaced by something else is named', async () => {
    const { archive, trail } = twoDays();
    const damage = (i: number, to: (body: Buffer) => Buffer) => {
      const object = archive.objects.get(nth(trail.logs, i));
      if (object) object.body = to(object.body);
    };
    damage(40, (body) => body.subarray(0, body.length / 2));
    damage(41, () => Buffer.from('not compressed'));
    damage(42, () => Buffer.alloc(0));
    expect((await validate(archive, [key])).problems).toEqual({ 'log-changed': 3 });
  });

  it('that was deleted is named', async () => {
    const { archive, trail } = twoDays();
    archive.objects.delete(nth(trail.logs, 40));
    const integrity = await validate(archive, [key]);
    expect(integrity.findings).toEqual([{ kind: 'log-missing', region: HOME, key: nth(trail.logs, 40) }]);
  });

  it('may be changed in any byte: it is always named, and nothing else is', async () => {
    const archive = new Archive();
    const trail = new TrailWriter(archive, key, HOME, new Date('2027-03-02T17:00:00Z')).hours(3);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...trail.logs), fc.nat(), async (log, at) => {
        changeByte(archive, log, at);
        const { findings } = await validate(archive, [key]);
        changeByte(archive, log, at);
        expect(findings).toEqual([{ kind: 'log-changed', region: HOME, key: log }]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a digest', () => {
  it('that was deleted is named by its successor', async () => {
    const { archive, trail } = twoDays();
    archive.objects.delete(nth(trail.digests, 20));
    const integrity = await validate(archive, [key]);
    expect(integrity.findings).toEqual([{ kind: 'digest-missing', region: HOME, key: nth(trail.digests, 20) }]);
  });

  it('that was deleted just before the time looked at is named too', async () => {
    const { archive, trail } = twoDays();
    archive.objects.delete(nth(trail.digests, 0));
    expect((await validate(archive, [key])).problems).toEqual({ 'digest-missing': 1 });
  });

  it('from which a log was taken is not signed any more, and not what its successor saw', async () => {
    const { archive, trail } = twoDays();
    forge(archive, nth(trail.digests, 20), (content) => content.logFiles.pop());
    const integrity = await validate(archive, [key]);
    expect(integrity.problems).toEqual({ 'signature-wrong': 1, 'digest-changed': 1 });
    for (const finding of integrity.findings) expect(finding.key).toBe(nth(trail.digests, 20));
  });

  it('that is the newest is found out by its signature alone', async () => {
    const { archive, trail } = twoDays();
    forge(archive, nth(trail.digests, -1), (content) => content.logFiles.pop());
    expect((await validate(archive, [key])).problems).toEqual({ 'signature-wrong': 1 });
  });

  it('with one changed byte is named, whichever it is', async () => {
    const archive = new Archive();
    const trail = new TrailWriter(archive, key, HOME, new Date('2027-03-02T16:00:00Z')).hours(4);
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (at) => {
        changeByte(archive, nth(trail.digests, 2), at);
        const { problems, findings } = await validate(archive, [key]);
        changeByte(archive, nth(trail.digests, 2), at);
        expect(problemCount({ problems })).toBeGreaterThan(0);
        expect(findings.map((finding) => finding.key)).toContain(nth(trail.digests, 2));
      }),
      { numRuns: 60 },
    );
  });

  it('signed by another key under the name of the right one is named', async () => {
    const archive = new Archive();
    const trail = new TrailWriter(archive, { ...stranger, fingerprint: key.fingerprint }).hours(48);
    expect((await validate(archive, [key])).problems).toEqual({ 'signature-wrong': trail.digests.length });
  });

  it('signed by a key that CloudTrail does not know is named', async () => {
    const archive = new Archive();
    new TrailWriter(archive, stranger).hours(48);
    expect((await validate(archive, [key])).problems).toEqual({ 'key-unknown': 48 });
  });

  it('with no signature, with another one or with a word for one is named', async () => {
    const { archive, trail } = twoDays();
    const sign = (i: number, signature: string | undefined) => {
      const object = archive.objects.get(nth(trail.digests, i));
      if (object) object.metadata = signature === undefined ? {} : { signature };
    };
    sign(20, undefined);
    sign(30, archive.objects.get(nth(trail.digests, 10))?.metadata.signature);
    sign(40, 'valid');
    expect((await validate(archive, [key])).problems).toEqual({
      'signature-missing': 1,
      'signature-wrong': 2,
      'digest-changed': 3,
    });
  });

  it('that is no digest at all is named, and the others are followed', async () => {
    const { archive, trail } = twoDays();
    const { metadata } = archive.objects.get(nth(trail.digests, 20)) ?? { metadata: {} };
    for (const [i, body] of [Buffer.from('?'), gzipSync('no JSON'), gzipSync('{"digestEndTime":1}')].entries())
      archive.objects.set(nth(trail.digests, 20 + 2 * i), { body, metadata });
    expect(await validate(archive, [key])).toMatchObject({ digests: 49, problems: { 'digest-unreadable': 3 } });
  });

  it('that was moved to another name is named', async () => {
    const { archive, trail } = twoDays();
    const copy = archive.objects.get(nth(trail.digests, 20));
    const other = nth(trail.digests, 20).replace(/T\d{6}Z/, 'T235959Z');
    if (copy) archive.objects.set(other, copy);
    const { findings } = await validate(archive, [key]);
    expect(findings).toContainEqual({ kind: 'digest-moved', region: HOME, key: other });
  });
});

describe('the chain', () => {
  it('is broken where a digest names another predecessor, however well it is signed', async () => {
    const { archive, trail } = twoDays();
    const older = archive.objects.get(nth(trail.digests, 10));
    trail.hour((content) => Object.assign(content, { previousDigestS3Object: nth(trail.digests, 10) }));
    expect(older).toBeDefined();
    const { problems, findings } = await validate(archive, [key], new Date('2027-03-02T21:30:00Z'));
    expect(problems).toMatchObject({ 'chain-broken': 1 });
    expect(findings).toContainEqual({ kind: 'chain-broken', region: HOME, key: nth(trail.digests, -1) });
  });

  it('is broken where a digest was replaced by one that is signed anew, as nobody could but CloudTrail', async () => {
    const { archive, trail } = twoDays();
    let content: Parameters<typeof put>[2] | undefined;
    forge(archive, nth(trail.digests, 20), (found) => {
      found.logFiles.pop();
      content = found;
    });
    if (content) put(archive, nth(trail.digests, 20), content, key);
    expect((await validate(archive, [key])).findings).toEqual([
      { kind: 'digest-changed', region: HOME, key: nth(trail.digests, 20) },
    ]);
  });

  it('that begins again shows that logging was stopped', async () => {
    const { archive, trail } = twoDays();
    trail.restart().hour();
    expect((await validate(archive, [key], new Date('2027-03-02T21:30:00Z'))).findings).toEqual([
      { kind: 'chain-restarted', region: HOME, key: nth(trail.digests, -1) },
    ]);
  });

  it('that begins again after days shows it too', async () => {
    const archive = new Archive();
    const trail = new TrailWriter(archive, key, HOME, new Date('2027-02-20T00:00:00Z')).hours(3);
    Object.assign(trail, { end: new Date('2027-03-02T18:00:00Z') });
    trail.restart().hours(2);
    expect((await validate(archive, [key])).problems).toEqual({ 'chain-restarted': 1 });
  });

  it('has a gap where an hour is in no digest', async () => {
    const archive = new Archive();
    const trail = new TrailWriter(archive, key).hours(20).pause(1).hours(27);
    expect((await validate(archive, [key])).findings).toEqual([
      { kind: 'hours-missing', region: HOME, key: nth(trail.digests, 20) },
    ]);
  });

  it('has a gap at its end when no digest has come for more than three hours', async () => {
    const { archive, trail } = twoDays();
    expect((await validate(archive, [key], new Date(NOW.getTime() + 2 * 3_600_000))).problems).toEqual({});
    expect((await validate(archive, [key], new Date(NOW.getTime() + 3 * 3_600_000))).findings).toEqual([
      { kind: 'hours-missing', region: HOME, key: nth(trail.digests, -1) },
    ]);
  });
});

describe('nothing at all', () => {
  it('is a problem: an empty archive is not intact', async () => {
    const integrity = await validate(new Archive(), [key]);
    expect(integrity).toMatchObject({ regions: 1, digests: 0, problems: { 'no-digest': 1 } });
    expect(integrityEvent(integrity).verdict).toBe('broken');
  });

  it('is a problem in each Region that had digests before', async () => {
    const { archive } = twoDays();
    new TrailWriter(archive, stranger, 'us-east-1', new Date('2027-02-01T00:00:00Z')).hours(2);
    expect((await validate(archive, [key])).findings).toEqual([{ kind: 'no-digest', region: 'us-east-1' }]);
  });

  it('is said about a Region whose keys are none', async () => {
    const { archive } = twoDays();
    expect((await validate(archive, [])).problems).toEqual({ 'key-unknown': 49 });
  });
});

describe('the result', () => {
  it('counts all problems, and names no more than a person looks at', async () => {
    const { archive, trail } = twoDays();
    for (const log of trail.logs) archive.objects.delete(log);
    const integrity = await validate(archive, [key]);
    expect(integrity.problems).toEqual({ 'log-missing': 98 });
    expect(integrity.findings).toHaveLength(50);
  });

  it('goes out as counts and a verdict, without the name of an object', async () => {
    const { archive, trail } = twoDays();
    changeByte(archive, nth(trail.logs, 40));
    const event = integrityEvent(await validate(archive, [key]));
    expect(event).toMatchObject({ verdict: 'broken', digests: 49, problems: { 'log-changed': 1 } });
    expect(JSON.stringify(event)).not.toContain('AWSLogs');
    expect(integrityEvent(await validate(twoDays().archive, [key])).verdict).toBe('intact');
  });

  it('is none when the archive cannot be read: the validation fails', async () => {
    const { archive } = twoDays();
    const port = { ...archive.port, read: () => Promise.reject(new Error('AccessDenied')) };
    Object.assign(archive, { port });
    await expect(validate(archive, [key])).rejects.toThrow('AccessDenied');
  });
});
