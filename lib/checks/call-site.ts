import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A place in the source; the file is relative to the repository. */
export interface CallSite {
  readonly file: string;
  readonly line: number;
}

/** Constructs of constructs lie between a call and the file that made it. */
const FRAMES = 50;

/**
 * Where a function was called: the nearest caller in the folder in which synth runs, which the CDK makes that of cdk.json.
 * Null where there is none, so that no path of a machine gets into a report.
 */
export function callSite(called: (...args: never[]) => unknown): CallSite | null {
  const { stackTraceLimit } = Error;
  const holder: { stack?: string } = {};
  Error.stackTraceLimit = FRAMES;
  Error.captureStackTrace(holder, called);
  const lines = (holder.stack ?? '').split('\n');
  Error.stackTraceLimit = stackTraceLimit;
  return siteIn(lines);
}

/** The first line of a stack trace that is in the repository and not in a package of others. */
export function siteIn(trace: readonly string[], root = process.cwd()): CallSite | null {
  for (const frame of trace) {
    const [, at, line] = /^(.+):(\d+):\d+$/.exec(placeIn(frame)) ?? [];
    if (at === undefined || line === undefined) continue;
    const path = at.startsWith('file://') ? fileURLToPath(at) : at;
    const file = relative(root, path);
    if (!isAbsolute(path) || file.startsWith('..') || isAbsolute(file)) continue;
    if (!file.split(sep).includes('node_modules')) return { file: file.split(sep).join('/'), line: Number(line) };
  }
  return null;
}

/** A frame is `at name (place)` or `at place`. */
function placeIn(frame: string): string {
  return /\((.+)\)$/.exec(frame)?.[1] ?? frame.replace(/^\s*at (async )?/, '');
}
