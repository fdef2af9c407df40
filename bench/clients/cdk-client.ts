import { dirname, join } from 'node:path';

/**
 * Runs the handler behind CDK's `autoDeleteObjects` as it is published, on the bucket `bucket`.
 * Its wrapper answers SUCCESS to CloudFormation when this function returns, FAILED when it throws.
 */

/** What the client reports. */
export interface CdkResult {
  readonly status: 'SUCCESS' | 'FAILED';
  /** Processor time of the whole process. */
  readonly cpuMs: number;
}

type AutoDelete = (event: { RequestType: 'Delete'; ResourceProperties: { BucketName: string } }) => Promise<unknown>;

const HANDLER = 'custom-resource-handlers/dist/aws-s3/auto-delete-objects-handler/index.js';

async function main(): Promise<CdkResult> {
  const path = join(dirname(require.resolve('aws-cdk-lib/package.json')), HANDLER);
  const { autoDeleteHandler } = require(path) as { autoDeleteHandler: AutoDelete };
  let status: CdkResult['status'] = 'SUCCESS';
  try {
    await autoDeleteHandler({ RequestType: 'Delete', ResourceProperties: { BucketName: 'bucket' } });
  } catch {
    status = 'FAILED';
  }
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return { status, cpuMs: (userCPUTime + systemCPUTime) / 1000 };
}

void main().then((result) => process.send?.(result, () => process.disconnect()));
