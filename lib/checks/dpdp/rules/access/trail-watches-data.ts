import type { Rule } from '../../rule';
import { isWatched } from '../../trails';
import { CERT_IN, VISIBILITY } from './sources';

/** What is in a store, by the type of the store. */
const DATA = [
  ['AWS::S3::Object', 'AWS::S3::Bucket'],
  ['AWS::DynamoDB::Table', 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
] as const;

export const trailWatchesData: Rule = {
  id: 'TrailWatchesData',
  area: 'logging',
  severity: 'error',
  title: 'A trail records who reads and writes objects and items, as far as the app has them.',
  why: 'Management events alone do not show who read the data of whom.',
  fix: 'Add `AdvancedEventSelectors` of category `Data` for `AWS::S3::Object` and `AWS::DynamoDB::Table`.',
  serves: [VISIBILITY, CERT_IN],
  types: ['AWS::CloudTrail::Trail'],
  check: ({ app }) =>
    DATA.filter(([, ...stores]) => app.some((template) => template.ofType(...stores).length > 0))
      .map(([data]) => data)
      .filter((data) => !isWatched(app, data)),
};
