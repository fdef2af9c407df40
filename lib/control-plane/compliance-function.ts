import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Stage } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENV, NODE_ARGUMENTS, REGISTER_FILE } from '../../lambda/shared/names';
import { bundledRegister } from '../../policies/register';
import type { Register } from '../../policies/schema';
import { acknowledge } from '../checks/acknowledge';
import type { FunctionNetwork, Reach } from '../network/function-network';
import { allowNetworkInterfaces } from '../network/interface-permissions';

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

const PROJECT = join(__dirname, '..', '..');
/** Some bundled packages are CommonJS and call `require`, which a module does not have. */
const REQUIRE_IN_MODULES = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** A function with a role, a log group and a bundle of its own; nothing is granted that it does not ask for. */
export class ComplianceFunction extends NodejsFunction {
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
      entry: join(PROJECT, 'lambda', props.entry),
      handler: 'handler',
      description: props.description,
      projectRoot: PROJECT,
      depsLockFilePath: join(PROJECT, 'package-lock.json'),
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
      bundling: {
        format: OutputFormat.ESM,
        mainFields: ['module', 'main'],
        // The same bundle runs in AWS and on the Node of a developer's computer.
        target: 'node20',
        minify: true,
        // Error names go into logs and reasons.
        keepNames: true,
        sourceMap: true,
        sourcesContent: false,
        // The SDK is bundled: pinned and tested beats whatever the runtime ships that day.
        externalModules: [],
        banner: REQUIRE_IN_MODULES,
        commandHooks: copyRegister(registerFile(scope, props.register)),
      },
    });
    this.executionRole = role;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    if (placement) allowNetworkInterfaces(role, placement);
    acknowledge(
      role,
      'X-Ray and the describing actions of EC2 have no resources to name and take only "*".',
      'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    );
  }
}

/** The register as JSON, beside the templates; written once per synth, always with the same bytes. */
function registerFile(scope: Construct, register: Register): string {
  const outdir = Stage.of(scope)?.outdir ?? 'cdk.out';
  mkdirSync(outdir, { recursive: true });
  const file = join(outdir, REGISTER_FILE);
  writeFileSync(file, JSON.stringify(bundledRegister(register)));
  return file;
}

/** Copies with Node itself, because `cp` is not there on every system. */
function copyRegister(file: string) {
  const copy = (outputDir: string) =>
    `node -e "require('node:fs').copyFileSync(process.argv[1], process.argv[2])" ${JSON.stringify(file)} ${JSON.stringify(join(outputDir, REGISTER_FILE))}`;
  return {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (_inputDir: string, outputDir: string) => [copy(outputDir)],
  };
}
