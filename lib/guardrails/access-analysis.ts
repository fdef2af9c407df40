import { CfnAnalyzer } from 'aws-cdk-lib/aws-accessanalyzer';
import { Construct } from 'constructs';

/** Properties of an AccessAnalysis. */
export interface AccessAnalysisProps {
  /** Whether access that nobody uses is looked for as well; priced by role and month. */
  readonly unusedAccess: boolean;
}

/** Days without use after which a permission is a finding: a quarter has every job in it that runs monthly. */
const UNUSED_DAYS = 90;

/** IAM Access Analyzer: proves from the policies themselves who outside the account could reach what. */
export class AccessAnalysis extends Construct {
  constructor(scope: Construct, id: string, { unusedAccess }: AccessAnalysisProps) {
    super(scope, id);
    new CfnAnalyzer(this, 'External', { type: 'ACCOUNT' });
    if (unusedAccess)
      new CfnAnalyzer(this, 'Unused', {
        type: 'ACCOUNT_UNUSED_ACCESS',
        analyzerConfiguration: { unusedAccessConfiguration: { unusedAccessAge: UNUSED_DAYS } },
      });
  }
}
