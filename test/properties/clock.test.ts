import { Template } from 'aws-cdk-lib/assertions';
import { build } from '../../bin/app';
import { ENV } from '../../lambda/shared/names';
import { testApp } from '../lib/support/stages';

const localClockFile = '/somewhere/.local/clock';

/** Logical ids, without hashes, of the functions whose clock a file can move. */
function movable(context: Record<string, unknown>): string[] {
  const functions = Object.values(build(testApp(context))).flatMap((stack) =>
    stack === undefined ? [] : Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::Function')),
  );
  expect(functions.length).toBeGreaterThan(5);
  return functions
    .filter(([, fn]) => JSON.stringify(fn).includes(ENV.clockFile))
    .map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));
}

it.each(['dev', 'prod'])('no clock of stage %s can be moved, whatever the context says', (stage) => {
  expect(movable({ stage })).toEqual([]);
  expect(movable({ stage, localClockFile })).toEqual([]);
});

it('stage local has the clock of the system unless the context names a file', () => {
  expect(movable({ stage: 'local' })).toEqual([]);
});

it('the file moves the clock of all local functions but the authorizer, because tokens are real', () => {
  const moved = movable({ stage: 'local', localClockFile });
  expect(moved).toContain('Api');
  expect(moved).toContain('EngineSweeper');
  expect(moved).not.toContain('Authorizer');
});
