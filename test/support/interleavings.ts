import { Invocation } from './memory-cloud';
import { Random } from './random';

type Actor = (i: Invocation) => Promise<unknown>;

/** An invocation whose every call waits for its turn. */
class GatedInvocation extends Invocation {
  private readonly turns: (() => void)[] = [];

  constructor() {
    super(new Random(1), 0, () => undefined);
  }

  override async call<T>(effect: () => T): Promise<T> {
    await new Promise<void>((resolve) => this.turns.push(resolve));
    return super.call(effect);
  }

  get waits(): boolean {
    return this.turns.length > 0;
  }

  next(): void {
    this.turns.shift()?.();
  }
}

/**
 * Runs the actors side by side in every possible order of their calls. `world` makes a fresh pair of actors for
 * each order; `check` looks at what became of them.
 *
 * @returns how many orders there were
 */
export async function everyInterleaving<W>(
  world: () => Promise<{ world: W; actors: readonly Actor[] }>,
  check: (world: W, outcomes: readonly PromiseSettledResult<unknown>[], order: string) => Promise<void>,
): Promise<number> {
  let choices: number[] | undefined = [];
  let count = 0;
  while (choices !== undefined) {
    const given: readonly number[] = choices;
    const made = await world();
    const { outcomes, trace } = await runOnce(made.actors, (n) => given[n] ?? 0);
    await check(made.world, outcomes, trace.map(({ actor }) => actor).join(''));
    count += 1;
    choices = nextChoices(trace);
  }
  return count;
}

/** The same for so many orders that a repeatable chance picks, where there are too many to try all. */
export async function someInterleavings<W>(
  orders: number,
  world: () => Promise<{ world: W; actors: readonly Actor[] }>,
  check: (world: W, outcomes: readonly PromiseSettledResult<unknown>[], order: string) => Promise<void>,
): Promise<void> {
  for (let seed = 1; seed <= orders; seed++) {
    const random = new Random(seed);
    const made = await world();
    const { outcomes, trace } = await runOnce(made.actors, (_, of) => random.below(of));
    await check(made.world, outcomes, trace.map(({ actor }) => actor).join(''));
  }
}

interface Choice {
  readonly actor: number;
  readonly index: number;
  readonly of: number;
}

async function runOnce(actors: readonly Actor[], choose: (turn: number, of: number) => number) {
  const invocations = actors.map(() => new GatedInvocation());
  const finished = actors.map(() => false);
  const running = actors.map((actor, n) =>
    actor(invocations[n] ?? new GatedInvocation()).finally(() => {
      finished[n] = true;
    }),
  );
  const settled = Promise.allSettled(running);
  const trace: Choice[] = [];
  for (;;) {
    // Every actor runs until it waits for its turn, or ends; it waits for nothing but other promises.
    do await Promise.resolve();
    while (invocations.some((i, n) => !finished[n] && !i.waits));
    const waiting = invocations.flatMap((i, n) => (!finished[n] && i.waits ? [n] : []));
    if (waiting.length === 0) break;
    const index = choose(trace.length, waiting.length);
    const actor = waiting[index] ?? 0;
    trace.push({ actor, index, of: waiting.length });
    invocations[actor]?.next();
  }
  return { outcomes: await settled, trace };
}

/** The next order in the tree of choices; undefined after the last. */
function nextChoices(trace: readonly Choice[]): number[] | undefined {
  for (let n = trace.length - 1; n >= 0; n--) {
    const { index, of } = trace[n] ?? { index: 0, of: 0 };
    if (index + 1 < of) return [...trace.slice(0, n).map((choice) => choice.index), index + 1];
  }
  return undefined;
}
