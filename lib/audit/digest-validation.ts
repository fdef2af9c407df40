import { Aws, Duration } from 'aws-cdk-lib';
import { EventBus, type IEventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/shared/names';
import { ComplianceFunction, type FunctionDefaults } from '../control-plane/compliance-function';
import type { LogArchive } from './log-archive';
import { LOG_PREFIX } from './log-prefix';
import type { Trail } from './trail';

/** Properties of a DigestValidation. */
export interface DigestValidationProps {
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Where the trail's logs and digests are. */
  readonly archive: LogArchive;
  /** The trail whose logs are validated. */
  readonly trail: Pick<Trail, 'trailName'>;
  /** Bus that is told the result. @default - the account's default bus */
  readonly eventBus?: IEventBus;
}

/**
 * Once a day reads the trail's logs again and checks them against CloudTrail's signed digests. Its function is no
 * part of the Audit stack, because it runs in the network, which is deployed later.
 */
export class DigestValidation extends Construct {
  /** Name of the function that the schedule runs. */
  readonly functionName: string;

  constructor(scope: Construct, id: string, props: DigestValidationProps) {
    super(scope, id);
    const { archive, trail, defaults } = props;
    const bus = props.eventBus ?? EventBus.fromEventBusName(this, 'DefaultBus', 'default');
    const validator = new ComplianceFunction(this, 'Validator', {
      ...defaults,
      entry: 'audit/digest-validation.handler.ts',
      description: "Validates the trail's logs against CloudTrail's signed digests, every day",
      timeout: Duration.minutes(15),
      // A whole processor: the work is inflating and hashing.
      memorySize: 1769,
      environment: {
        [ENV.logArchive]: archive.bucketName,
        [ENV.digestPrefix]: `${LOG_PREFIX.trail}/AWSLogs/${Aws.ACCOUNT_ID}/CloudTrail-Digest/`,
        [ENV.trailName]: trail.trailName,
        [ENV.eventBus]: bus.eventBusName,
      },
    });
    const role = validator.executionRole;
    archive.grantReadLogs(role, LOG_PREFIX.trail);
    role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }));
    // Public keys are no resource that a policy could name; ComplianceFunction acknowledges "*" for tracing already.
    role.addToPolicy(new PolicyStatement({ actions: ['cloudtrail:ListPublicKeys'], resources: ['*'] }));
    new Rule(this, 'DailySchedule', {
      description: "Runs the daily validation of the trail's logs, after midnight in India",
      schedule: Schedule.cron({ minute: '30', hour: '20' }),
      targets: [new LambdaFunction(validator, { retryAttempts: 2 })],
    });
    this.functionName = validator.functionName;
  }
}
