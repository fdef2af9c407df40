import { emitOverdueReviews } from '../../../lambda/holds/adapters/review-metric';

it.each([0, 3])('%i overdue reviews are told under the name that the alarm watches', (count) => {
  // Else Powertools writes past the console.
  Object.assign(process.env, { POWERTOOLS_DEV: 'true', POWERTOOLS_METRICS_DISABLED: 'false' });
  const lines: string[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
  emitOverdueReviews(count);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({
      service: 'legal-holds',
      HoldsOverdueForReview: count,
      _aws: expect.objectContaining({
        CloudWatchMetrics: [expect.objectContaining({ Namespace: 'DigiCRM', Dimensions: [['service']] })],
      }),
    }),
  ]);
});
