import type { Chance } from './chance';

/** The function was killed: out of memory, out of time, or its machine is gone. */
export class KilledError extends Error {
  override readonly name = 'KilledError';
}

/**
 * One invocation of a function, which may be killed at any call it makes: before the call has an
 * effect, or after it. From then on nothing it does has an effect.
 */
export class Life {
  private dead = false;

  /** @param callsLeft calls until death; `Infinity` for an invocation that lives on */
  constructor(
    private callsLeft: number,
    private readonly chance: Chance,
  ) {}

  async call<T>(work: () => Promise<T>): Promise<T> {
    if (this.dead) throw new KilledError();
    if (this.callsLeft-- > 0) return work();
    this.dead = true;
    if (this.chance.happens(0.5)) await work();
    throw new KilledError();
  }

  /** The port with every method passed through `call`. All of its methods must return promises. */
  within<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => this.call(() => Reflect.apply(value, target, args));
      },
    });
  }
}
