import { parseInventory } from '../../../lambda/shared/inventory';
import { ENV } from '../../../lambda/shared/names';
import { resolveTemplates } from '../support/resolve';
import { templatesOf } from '../support/stages';

const resources = Object.entries(resolveTemplates(templatesOf('prod')));

function propertiesOf(type: string, name: string): Record<string, unknown> {
  const found = resources.find(([id, r]) => r.Type === type && id.replace(/[0-9A-F]{8}$/, '') === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found[1].Properties;
}

function variablesOf(name: string): Record<string, string> {
  const { Environment } = propertiesOf('AWS::Lambda::Function', name);
  return (Environment as { Variables: Record<string, string> }).Variables;
}

describe('legal holds', () => {
  it.each([
    ['LegalHoldsApi', [ENV.controlTable, ENV.locksQueueUrl]],
    [
      'LegalHoldsLocker',
      [ENV.controlTable, ENV.inventory, ENV.locksQueueUrl, ENV.recordQueueUrl, ENV.stepBudgetSeconds],
    ],
    ['LegalHoldsDaily', [ENV.controlTable, ENV.locksQueueUrl]],
  ])('%s is told what it reads', (name, expected) => {
    expect(variablesOf(name)).toMatchObject(
      Object.fromEntries(expected.map((key) => [key, expect.stringMatching(/./)])),
    );
  });

  it('can be obeyed by every bucket of personal data', () => {
    const stores = parseInventory(variablesOf('LegalHoldsLocker')[ENV.inventory] ?? '');
    const buckets = stores.filter(({ kind }) => kind === 's3');
    expect(buckets.length).toBeGreaterThan(1);
    expect(buckets.filter(({ objectLock }) => !objectLock)).toEqual([]);
  });

  it('are looked at once a day, before the morning in India', () => {
    const rule = propertiesOf('AWS::Events::Rule', 'LegalHoldsDailySchedule');
    expect(rule).toMatchObject({ ScheduleExpression: 'cron(0 20 * * ? *)', State: 'ENABLED' });
  });
});
