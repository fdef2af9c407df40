import { dirname, join } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENV, NODE_ARGUMENTS } from '../../lambda/shared/names';
import type { Register } from '../../policies/schema';
import { acknowledge } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import { confineToNetwork } from '../guardrails/permission-boundary';
import type { FunctionNetwork, Reach } from '../network/function-network';
import { allowNetworkInterfaces } from '../network/interface-permissions';
import { bundleOf } from './handler-bundles';

/** Environment of a function, by the names that handlers read. */
export type FunctionEnvironment = Partial<Record<(typeof ENV)[keyof typeof ENV], string>>;

/** What all functions of the control plane have in common. */
export interface FunctionDefaults {
  /** The parsed register; every bundle carries what functions need of it as register.json. */
  readonly register: Register;
  /** Value of the STAGE variable. */
  readonly stageName: string;
  /** The network in which functions run. */
  readonly network: FunctionNetwork;
  /** How long the functions' logs are kept. */
  readonly logRetention: RetentionDays;
  /** Key of the log groups. */
  readonly logKey: IKey;
  /** File with which the clock can be moved; stage local alone has one. @default - the clock cannot be moved */
  readonly clockFile?: string;
}

/** Properties of a ComplianceFunction. */
export interface ComplianceFunctionProps extends FunctionDefaults {
  /** Handler file below lambda/, e.g. `erasure/planner.handler.ts`; exports `handler`. */
  readonly entry: string;
  /** One sentence for the console. */
  readonly description: string;
  /** Longest run of one invocation. */
  readonly timeout: Duration;
  /** Memory in MiB, and with it the share of a processor. @default 512 */
  readonly memorySize?: number;
  /** What it reaches, which decides where it runs. @default 'endpoints': services of AWS and nothing else */
  readonly reach?: Reach;
  /** Variables beside those that every function has. @default - none */
  readonly environment?: FunctionEnvironment;
}

/** Functions of the API answer or fail well before API Gateway gives up after 29 seconds. */
export const API_TIMEOUT = Duration.seconds(15);

const LAMBDA = join(__dirname, '..', '..', 'lambda');

/** A function with a role, a log group and a bundle of its own; nothing is granted that it does not ask for. */
export class ComplianceFunction extends LambdaFunction {
  /** The function's role, for grants. */
  readonly executionRole: Role;

  constructor(scope: Construct, id: string, props: ComplianceFunctionProps) {
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.logRetention,
      encryptionKey: props.logKey,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const placement = props.network.placement(props.reach ?? 'endpoints');
    super(scope, id, {
      code: codeOf(scope, props),
      handler: 'index.handler',
      description: props.description,
      // Written out, not "latest": a new runtime must show up in a diff.
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout,
      role,
      logGroup,
      ...(placement && {
        vpc: placement.vpc,
        vpcSubnets: { subnets: [...placement.subnets] },
        securityGroups: [placement.securityGroup],
      }),
      tracing: Tracing.ACTIVE,
      environment: {
        STAGE: props.stageName,
        POWERTOOLS_SERVICE_NAME: id.toLowerCase(),
        POWERTOOLS_LOG_LEVEL: 'INFO',
        NODE_OPTIONS: NODE_ARGUMENTS.join(' '),
        ...(props.clockFile && { [ENV.clockFile]: props.clockFile }),
        ...props.environment,
      },
    });
    this.executionRole = role;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    if (placement) {
      allowNetworkInterfaces(role, placement);
      confineToNetwork(role, placement.vpc.vpcId);
    }
    acknowledge(
      role,
      {
        ...RISKS.noResourceToName,
        reason: 'X-Ray and the describing actions of EC2 have no resources to name and take only "*".',
      },
      'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    );
  }
}

/** The handler's bundle; its sources instead where the stack is only looked at, as in most tests and in `cdk list`. */
function codeOf(scope: Construct, { entry, register }: ComplianceFunctionProps): Code {
  if (Stack.of(scope).bundlingRequired) return Code.fromAsset(bundleOf(entry, register));
  return Code.fromAsset(join(LAMBDA, dirname(entry)));
}
