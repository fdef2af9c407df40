import { readdirSync, readFileSync } from 'node:fs';
import type { CloudOutputs } from '../../../bin/local/outputs';

/** A warm function of the emulator: a process that can be killed in the middle of its work. */
export interface FunctionProcess {
  readonly pid: number;
  readonly functionName: string;
}

/**
 * The emulator's function processes, from /proc; `name` keeps those whose function name contains it.
 * Empty for an engine that the user runs.
 */
export function functionProcesses(cloud: CloudOutputs, name = ''): FunctionProcess[] {
  if (cloud.pid === null) return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const functionName = functionOf(Number(entry), cloud.pid ?? 0);
      return functionName === undefined ? [] : [{ pid: Number(entry), functionName }];
    })
    .filter(({ functionName }) => functionName.includes(name));
}

/** Name of the function that a process of the emulator's group runs; undefined for any other process. */
function functionOf(pid: number, groupId: number): string | undefined {
  try {
    // Fields after the command, which stands in brackets and may hold spaces: state, parent, group.
    const [, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    if (Number(group) !== groupId) return undefined;
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.find((each) => each.startsWith('AWS_LAMBDA_FUNCTION_NAME='))?.split('=')[1];
  } catch {
    // Gone between listing and reading.
    return undefined;
  }
}
