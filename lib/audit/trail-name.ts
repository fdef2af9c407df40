import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Name of a stage's trail. Physical, because bucket and key name the trail before it is there. */
export function trailNameOf(stageName: string): string {
  return `digicrm-${stageName}`;
}

/** ARN of a trail of this stack's account. @param region default: the stack's */
export function trailArnOf(scope: Construct, name: string, region = Stack.of(scope).region): string {
  return Stack.of(scope).formatArn({ service: 'cloudtrail', resource: 'trail', resourceName: name, region });
}
