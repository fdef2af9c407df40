interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that passes only when everybody waits for it, so that hours are simulated in seconds, and the same each time. */
export class VirtualTime {
  private timers: Timer[] = [];

  /** @param ms where it begins, in milliseconds since the epoch */
  constructor(public ms: number) {}

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      const timer = { at: this.ms + ms, wake };
      const next = this.timers.findIndex(({ at }) => at > timer.at);
      this.timers.splice(next < 0 ? this.timers.length : next, 0, timer);
    });
  }

  /** Lets so many milliseconds pass. */
  async pass(ms: number): Promise<void> {
    const end = this.ms + ms;
    for (;;) {
      // Nothing here waits for the outside: after one turn everybody who could go on has gone on.
      await new Promise((resolve) => setImmediate(resolve));
      const [timer] = this.timers;
      if (timer === undefined || timer.at > end) break;
      this.timers.shift();
      this.ms = timer.at;
      timer.wake();
    }
    this.ms = end;
  }
}
