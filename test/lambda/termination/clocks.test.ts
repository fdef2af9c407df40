import { TerminationHarness } from '../../support/termination-harness';

const DAY = 24 * 3_600_000;
const ERASE_AT = '2027-02-20T00:00:00.000Z';

/** Runs to shortly before the erasure is due, and tells what has become of it by then. */
async function stateBefore(skew: Partial<TerminationHarness['skew']>): Promise<TerminationHarness> {
  const machine = new TerminationHarness();
  await machine.terminate('acme');
  await machine.hours(1);
  Object.assign(machine.skew, skew);
  await machine.until('2027-02-19T23:40:00.000Z');
  return machine;
}

describe('a clock that is a day wrong', () => {
  it.each([
    ['the keeper a day ahead', { keeper: DAY }],
    ['the sweeper a day ahead', { sweeper: DAY }],
  ])('brings no erasure forward: %s', async (_what, skew) => {
    const machine = await stateBefore(skew);
    expect(machine.record('acme').state).toBe('RECOVERABLE');
    expect(machine.control.requestRows.size).toBe(0);
    await machine.until('2027-02-22T12:00:00.000Z');
    expect(machine.record('acme').state).toBe('ERASED');
    const crossed = await machine.restoreDeps().line.read(machine.record('acme').requestId ?? '');
    expect(crossed).toMatchObject({ state: 'crossed' });
    if (crossed.state === 'crossed') expect(crossed.at >= ERASE_AT).toBe(true);
  });

  it('sends no warning early either, though the sweeper believes it is time', async () => {
    const machine = new TerminationHarness();
    machine.schedulesFire = false;
    machine.skew.sweeper = DAY;
    await machine.terminate('acme');
    await machine.until('2027-02-12T21:30:00.000Z');
    expect(machine.notices).toEqual([]);
    await machine.hours(2);
    expect(machine.notices).toHaveLength(1);
  });

  it('delays the erasure where the keeper is a day behind, loses nothing, and tells a person', async () => {
    const machine = await stateBefore({ keeper: -DAY });
    expect(machine.record('acme').state).toBe('RECOVERABLE');
    machine.skew.keeper = 0;
    await machine.until('2027-02-23T12:00:00.000Z');
    expect(machine.record('acme').state).toBe('ERASED');
  });

  it('waits and alarms when the keeper stands before the record’s last change', async () => {
    const machine = new TerminationHarness();
    await machine.terminate('acme');
    await machine.hours(1);
    machine.skew.keeper = -DAY;
    await machine.keep('acme');
    expect(machine.record('acme')).toMatchObject({ state: 'RECOVERABLE', alarms: ['clock-behind'] });
  });

  it('hides at once all the same when the API was a day ahead, and lets the window end a day late', async () => {
    const machine = new TerminationHarness();
    machine.skew.api = DAY;
    await machine.terminate('acme');
    machine.skew.api = 0;
    await machine.hours(1);
    expect(machine.record('acme')).toMatchObject({ hidden: true, alarms: ['clock-behind'] });
    await machine.until('2027-02-20T12:00:00.000Z');
    expect(machine.record('acme').state).toBe('RECOVERABLE');
    await machine.days(1);
    expect(machine.record('acme').state).toBe('ERASED');
  });

  it('refuses to end a contract by an API clock that is a day behind, for a fresh instruction lies in its future', async () => {
    const machine = new TerminationHarness();
    machine.skew.api = -DAY;
    await expect(machine.terminate('acme')).rejects.toMatchObject({ status: 422 });
  });

  it('does not make a warning look older than it is when its tick lay in the queue for days', async () => {
    const machine = new TerminationHarness();
    await machine.terminate('acme');
    await machine.hours(1);
    machine.keeperWorks = false;
    await machine.until('2027-02-20T12:00:00.000Z');
    machine.keeperWorks = true;
    await machine.hours(1);
    for (const { sentAt } of machine.record('acme').notices) expect(sentAt && sentAt >= '2027-02-20T12:00').toBe(true);
    expect(machine.record('acme').state).toBe('RECOVERABLE');
  });
});

describe('edges of the calendar', () => {
  it.each([
    ['over 29 February 2028', '2027-12-15T10:00:00.000Z', '2028-03-14T00:00:00.000Z'],
    ['at midnight in India', '2026-11-21T18:30:00.000Z', '2027-02-19T00:00:00.000Z'],
    ['at midnight UTC', '2026-11-22T00:00:00.000Z', '2027-02-19T00:00:00.000Z'],
  ])('erases on the day that the arithmetic says: %s', async (_what, startAt, eraseAt) => {
    const machine = new TerminationHarness({ startAt });
    await machine.terminate('acme');
    await machine.until(new Date(Date.parse(eraseAt) - 60_000).toISOString());
    expect(machine.record('acme').state).toBe('RECOVERABLE');
    await machine.until(new Date(Date.parse(eraseAt) + 60_000).toISOString());
    expect(machine.record('acme').state).toBe('ERASED');
  });
});
