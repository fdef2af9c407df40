/** Ending what was started: whole process groups, so that no grandchild survives. */

/** True while any process of the group lives. */
export function groupLives(groupId: number): boolean {
  try {
    process.kill(-groupId, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Sends a signal to every process of the group; a group that is gone is no error. */
export function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch {
    // Already gone.
  }
}

/** Ends a process group, politely for `graceMs` and then by force, and waits until it is gone. */
export async function endGroup(groupId: number, graceMs = 2_000): Promise<void> {
  signalGroup(groupId, 'SIGTERM');
  const force = Date.now() + graceMs;
  // In a container whose first process does not reap, the dead stay listed: do not wait for ever.
  while (groupLives(groupId) && Date.now() < force + 2_000) {
    if (Date.now() > force) signalGroup(groupId, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** True while a process with this id lives. */
export function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Runs `stop` once when the process is asked to end, then ends it with the signal's usual exit code. */
export function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stop().then(
        () => process.exit(code),
        (error: Error) => {
          console.error(`Could not stop cleanly: ${error.message}`);
          process.exit(1);
        },
      );
    });
  }
}
