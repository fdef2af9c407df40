import { metricsMeter } from '../../../lambda/shared/metrics-meter';
import { METRIC } from '../../../lambda/shared/names';

/** What the meter writes, a line for each call of `flush`. */
function written(use: (meter: ReturnType<typeof metricsMeter<string>>) => void): Record<string, unknown>[] {
  // Else Powertools writes past the console.
  Object.assign(process.env, { POWERTOOLS_DEV: 'true', POWERTOOLS_METRICS_DISABLED: 'false' });
  const lines: string[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
  use(metricsMeter<string>(METRIC.erasureService));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the meter', () => {
  it('tells what was counted under the names that alarms watch, with no dimension but the service', () => {
    const lines = written((meter) => {
      meter.count(METRIC.erasuresIn.failed, 1, 'er-1');
      meter.flush();
    });
    expect(lines).toEqual([
      expect.objectContaining({
        service: 'erasure',
        ErasuresFailed: 1,
        requestId: 'er-1',
        _aws: expect.objectContaining({
          CloudWatchMetrics: [expect.objectContaining({ Namespace: 'DigiCRM', Dimensions: [['service']] })],
        }),
      }),
    ]);
  });

  it('says nothing, not even a warning, where nothing was counted', () => {
    const warn = jest.spyOn(console, 'warn');
    expect(written((meter) => meter.flush())).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
  });
});
