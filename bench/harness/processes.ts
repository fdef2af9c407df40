import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { DynamoLoad, DynamoStats } from '../stubs/dynamodb-stub';
import type { S3Load, S3Stats } from '../stubs/s3-stub';
import type { VersionsLoad, VersionsStats } from '../stubs/versions-stub';
import { type Program, pathOf, ROOT } from './build';

/** A stub in a process of its own. */
export interface Stub<Load, Stats> {
  readonly url: string;
  /** Replaces data and behaviour, and sets the counters to zero. */
  load(load: Partial<Load>): Promise<Stats>;
  stats(): Promise<Stats>;
  stop(): Promise<void>;
}

export type S3Stub = Stub<S3Load, S3Stats>;
export type DynamoStub = Stub<DynamoLoad, DynamoStats>;
export type VersionsStub = Stub<VersionsLoad, VersionsStats>;

export const startS3 = () => startStub<S3Load, S3Stats>('s3-stub');
export const startDynamo = () => startStub<DynamoLoad, DynamoStats>('dynamodb-stub');
export const startVersions = () => startStub<VersionsLoad, VersionsStats>('versions-stub');

async function startStub<Load, Stats>(program: Program): Promise<Stub<Load, Stats>> {
  const child = start(program, [], [], {});
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const url = `http://127.0.0.1:${port}`;
  const ask = async (verb: string, body?: unknown): Promise<Stats> => {
    const response = await fetch(`${url}/_stub/${verb}`, { method: 'POST', body: JSON.stringify(body ?? {}) });
    return (await response.json()) as Stats;
  };
  return {
    url,
    load: (load) => ask('load', load),
    stats: () => ask('stats'),
    async stop() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

/** Where a client finds its cloud, and what else its environment holds. */
export interface Surroundings {
  readonly s3?: string;
  readonly dynamodb?: string;
  readonly environment?: Record<string, string>;
  /** Arguments for Node itself. */
  readonly nodeArguments?: readonly string[];
}

/** Runs a client to its end in a fresh process and returns what it reported. */
export async function runClient<Result>(
  program: Program,
  task: unknown,
  { s3, dynamodb, environment = {}, nodeArguments = [] }: Surroundings,
  timeoutMs = 120_000,
): Promise<Result> {
  const child = start(program, [JSON.stringify(task)], nodeArguments, {
    ...environment,
    ...(s3 !== undefined && { AWS_ENDPOINT_URL_S3: s3 }),
    ...(dynamodb !== undefined && { AWS_ENDPOINT_URL_DYNAMODB: dynamodb }),
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  let result: Result | undefined;
  child.on('message', (message) => {
    result = message as Result;
  });
  const timer = setTimeout(() => child.kill(), timeoutMs);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(timer);
  if (code !== 0 || result === undefined)
    throw new Error(code === null ? `${program} took more than ${timeoutMs} ms` : `${program} failed:\n${stderr}`);
  return result;
}

/** Only what a client needs: a profile or proxy of the user's shell must not reach it. */
function start(
  program: Program,
  args: string[],
  execArgv: readonly string[],
  extra: Record<string, string>,
): ChildProcess {
  return fork(pathOf(program), args, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [...execArgv],
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'ap-south-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_EC2_METADATA_DISABLED: 'true',
      // An odd latency of the first request would be measured: the SDK looks for these files.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...extra,
    },
  });
}
