import type { App } from 'aws-cdk-lib';
import type { EmulatedService, Register, StageConfig } from '../policies/schema';

/** The emulator on a developer's computer, where stage `local` is deployed. */
export interface LocalCloud {
  /** Address of the emulator, without a trailing slash, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** File with which the functions' clock can be moved (lambda/shared/clock-file.ts). @default - it cannot */
  readonly clockFile?: string;
  /** File with the addresses of servers that stand for processors, and their certificate. @default - no processor is reached */
  readonly processorHosts?: string;
}

/** One deployment of the app, as the stacks see it. */
export interface AppStage {
  /** Key in policies/stages.yaml. */
  readonly name: string;
  /** What the register says about the stage. */
  readonly config: StageConfig;
  /**
   * Set where the stage lives in an emulator. The stacks are the same ones then, less what `has` denies:
   * addresses are the emulator's, and workers hand over sooner. @default - the stage lives in AWS
   */
  readonly local?: LocalCloud;
  /** Whether this stage's cloud has the service; what needs one that it lacks is left out (`lacks` in policies/stages.yaml). */
  has(service: EmulatedService): boolean;
}

const DEFAULT_ENDPOINT = 'http://127.0.0.1:4566';

/** The stage named by context `stage` (default `dev`). Throws when the register does not know it. */
export function stageOf(app: App, register: Register): AppStage {
  const name = String(app.node.tryGetContext('stage') ?? 'dev');
  const { stages } = register.stages;
  const config = Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (!config) {
    const known = Object.keys(stages).join(', ');
    throw new Error(`Unknown stage "${name}": use -c stage=<name> with one of ${known} (policies/stages.yaml).`);
  }
  const has = (service: EmulatedService) => !config.lacks.some((lack) => lack.service === service);
  if (name !== 'local') return { name, config, has };
  const local = {
    endpoint: endpointOf(app),
    clockFile: fileOf(app, 'localClockFile'),
    processorHosts: fileOf(app, 'localProcessorHosts'),
  };
  return { name, config, has, local };
}

function endpointOf(app: App): string {
  const endpoint = String(app.node.tryGetContext('localEndpoint') ?? DEFAULT_ENDPOINT);
  if (!URL.canParse(endpoint))
    throw new Error(`localEndpoint "${endpoint}" is not a URL: use e.g. ${DEFAULT_ENDPOINT}.`);
  return endpoint.replace(/\/+$/, '');
}

function fileOf(app: App, context: string): string | undefined {
  const file: unknown = app.node.tryGetContext(context);
  return file === undefined ? undefined : String(file);
}
