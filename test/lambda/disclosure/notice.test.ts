import fc from 'fast-check';
import { isAnswered, type Notice, noticeSchema } from '../../../lambda/disclosure/model';
import {
  type Answer,
  afterTry,
  byHand,
  delayMs,
  escalateAt,
  escalated,
  evidenced,
  isLate,
  isOverdue,
  nextLook,
} from '../../../lambda/disclosure/notice';
import { plusMs } from '../../../lambda/shared/clock';
import { NOW, noticeTo, RULES } from './support';

const HOUR_MS = 3_600_000;
const EVIDENCE = { sha256: 'e'.repeat(64), by: 'officer-12' };

type Event = Answer | 'by-hand' | 'evidence' | 'sweep';
const events = fc.array(
  fc.tuple(
    fc.constantFrom<Event>(
      'completed',
      'pending',
      'pending',
      'refused',
      'rejected',
      'unreachable',
      'unreachable',
      'unreachable',
      'by-hand',
      'evidence',
      'sweep',
      'sweep',
    ),
    fc.integer({ min: 0, max: 15 * 24 }),
  ),
  { maxLength: 30 },
);
const begin = fc.tuple(fc.constantFrom('api' as const, 'manual' as const), fc.integer({ min: 1, max: 90 }));

function step(notice: Notice, event: Event, now: Date): Notice {
  if (event === 'by-hand') return byHand(notice);
  if (event === 'evidence') return evidenced(notice, EVIDENCE, now);
  if (event === 'sweep') return isOverdue(notice, now, RULES) ? escalated(notice, now) : notice;
  return afterTry(notice, event, now);
}

/** Every state that a notice goes through, with the moment of each. */
function history(route: Notice['route'], days: number, steps: readonly (readonly [Event, number])[]) {
  const states: { notice: Notice; now: Date }[] = [{ notice: noticeTo('sandbox-sms', route, days), now: NOW }];
  for (const [event, hours] of steps) {
    const before = states.at(-1);
    if (before === undefined) continue;
    const now = plusMs(before.now, hours * HOUR_MS);
    states.push({ notice: step(before.notice, event, now), now });
  }
  return states;
}

function always(check: (states: ReturnType<typeof history>) => void): void {
  fc.assert(fc.property(begin, events, ([route, days], steps) => check(history(route, days, steps))));
}

describe('a notice, whatever happens to it,', () => {
  it('is never lost: it has answered, or there is a moment at which it is looked at again, or people know', () =>
    always((states) => {
      for (const { notice, now } of states)
        if (!isAnswered(notice) && nextLook(notice, now, RULES) === null) expect(notice.escalatedAt).not.toBeNull();
    }));

  it('is asked again within the time of the register while an API has not answered, also after its day', () =>
    always((states) => {
      for (const { notice, now } of states) {
        if (isAnswered(notice) || notice.state === 'by-hand') continue;
        const next = nextLook(notice, now, RULES);
        expect(next?.getTime()).toBeLessThanOrEqual(plusMs(now, RULES.askAgainAfterHours * HOUR_MS).getTime());
      }
    }));

  it('is escalated once at most, and keeps that moment and its day', () =>
    always((states) => {
      const escalations = new Set(states.map(({ notice }) => notice.escalatedAt).filter((at) => at !== null));
      expect(escalations.size).toBeLessThanOrEqual(1);
      expect(new Set(states.map(({ notice }) => notice.deadline)).size).toBe(1);
    }));

  it('is escalated by the first look after its moment where nobody has answered', () =>
    always((states) => {
      const last = states.at(-1);
      if (last === undefined) return;
      const now = plusMs(escalateAt(last.notice, RULES), 1);
      if (now < last.now) return;
      const next = step(last.notice, 'sweep', now);
      expect(isAnswered(next) || next.escalatedAt !== null).toBe(true);
    }));

  it('stays acknowledged or evidenced once it is, and its answer and evidence stay as they were', () =>
    always((states) => {
      const first = states.findIndex(({ notice }) => notice.state === 'acknowledged' || notice.state === 'evidenced');
      if (first < 0) return;
      for (const { notice } of states.slice(first)) expect(notice).toEqual(states[first]?.notice);
    }));

  it('has a form that can be stored, its times in order, and a version more for each change', () =>
    always((states) => {
      states.forEach(({ notice, now }, i) => {
        expect(noticeSchema.parse(notice)).toEqual(notice);
        expect((notice.answeredAt !== null) === isAnswered(notice)).toBe(true);
        expect((notice.evidence !== null) === (notice.state === 'evidenced')).toBe(true);
        for (const at of [notice.toldAt, notice.answeredAt, notice.escalatedAt])
          if (at !== null) expect(at >= notice.createdAt && at <= now.toISOString()).toBe(true);
        const before = states[i - 1]?.notice;
        if (before !== undefined && before !== notice) expect(notice.version).toBe(before.version + 1);
      });
    }));
});

describe('the delays', () => {
  it('grow with each failure up to the time of the register', () => {
    let notice = noticeTo();
    const delays: number[] = [];
    for (let n = 0; n < 12; n++) {
      notice = afterTry(notice, 'unreachable', NOW);
      delays.push(delayMs(notice, RULES) / 60_000);
    }
    expect(delays.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(delays.at(-1)).toBe(RULES.askAgainAfterHours * 60);
  });
});

describe('people', () => {
  it('hear of a silent processor a week before its day, and of one with less time when half of it is over', () => {
    expect(escalateAt(noticeTo('sandbox-sms', 'api', 30), RULES).toISOString()).toBe('2026-12-24T06:00:00.000Z');
    expect(escalateAt(noticeTo('sandbox-sms', 'api', 4), RULES).toISOString()).toBe('2026-12-03T06:00:00.000Z');
  });

  it.each(['refused', 'rejected'] as const)('hear at once where it was %s, and not a second time', (answer) => {
    const told = afterTry(noticeTo(), answer, NOW);
    expect(told.escalatedAt).toBe(NOW.toISOString());
    expect(isOverdue(told, plusMs(NOW, 90 * 24 * HOUR_MS), RULES)).toBe(false);
  });
});

describe('being late', () => {
  it('is to be silent after the day, or to have answered after it', () => {
    const after = new Date('2026-12-31T06:00:00.001Z');
    expect(isLate(noticeTo(), NOW)).toBe(false);
    expect(isLate(noticeTo(), after)).toBe(true);
    expect(isLate(afterTry(noticeTo(), 'completed', NOW), after)).toBe(false);
    expect(isLate(afterTry(noticeTo(), 'completed', after), after)).toBe(true);
  });
});
