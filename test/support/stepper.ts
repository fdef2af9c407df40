import { KilledError } from './memory-cloud';

/** A process that dies at one chosen call, before or after the call takes effect; nothing it does later has any effect. */
export class Stepper {
  private calls = 0;
  private dead = false;

  constructor(
    private readonly diesAt: number,
    private readonly when: 'before' | 'after',
  ) {}

  /** Whether it lived to the end. */
  get survived(): boolean {
    return !this.dead;
  }

  async call<T>(effect: () => T): Promise<T> {
    await Promise.resolve();
    const fatal = this.calls++ === this.diesAt;
    if (this.dead || (fatal && this.when === 'before')) throw this.die();
    const result = effect();
    if (fatal) throw this.die();
    return result;
  }

  private die(): KilledError {
    this.dead = true;
    return new KilledError('killed');
  }
}

/** Runs to the end, whatever is asked of it. */
export function immortal(): Stepper {
  return new Stepper(Number.POSITIVE_INFINITY, 'before');
}
