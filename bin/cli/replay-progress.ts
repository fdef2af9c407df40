import type { ReplayProgress, ReplayReport } from '../../lambda/erasure/replay';

/** Runs the work under one live line in a terminal; without one, or with `quiet`, nothing is drawn. */
export async function drawn(
  name: string,
  quiet: boolean,
  work: (onProgress?: (progress: ReplayProgress) => void) => Promise<ReplayReport>,
): Promise<ReplayReport> {
  if (quiet || !process.stdout.isTTY) return work();
  // Loaded late: only a terminal needs it.
  const { Listr } = await import('listr2');
  let running: Promise<ReplayReport> | undefined;
  const list = new Listr(
    {
      title: `${name}: reading which erasures there were`,
      task: async (_context: unknown, task: { title: string }) => {
        running = work(({ tenants, tenantsDone, erased }) => {
          task.title = `${name}: ${tenantsDone} of ${tenants} tenants, ${erased} things erased`;
        });
        if (!(await running).mayServe) throw new Error(`${name}: not clean`);
      },
    },
    { exitOnError: false },
  );
  await list.run();
  if (running === undefined) throw new Error(`${name}: nothing was done`);
  return running;
}
