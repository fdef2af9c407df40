import { setTimeout as wait } from 'node:timers/promises';
import { noCounts } from '../../lambda/erasure/counts';
import type { Claim, Line, LineKeeper, StepKey, StepLedger, StepProgress, Target } from '../../lambda/erasure/ports';

/**
 * The eraser's side of the control table: one step in memory. Each call is one request to the
 * control table in AWS, so it is counted and takes as long as a request to the stub.
 */
export class CountingLedger implements StepLedger, LineKeeper {
  requests = 0;
  private progress: StepProgress = {
    found: noCounts(),
    held: noCounts(),
    refused: noCounts(),
    window: new Uint8Array(),
  };

  constructor(
    private readonly target: Target,
    /** Things counted when the plan was made. */
    private readonly planned: number,
    private readonly latencyMs: number,
  ) {}

  readonly targetOf = async (): Promise<Target> => {
    await this.request();
    return this.target;
  };

  async claim(key: StepKey, _owner: string, now: Date): Promise<Claim> {
    await this.request();
    const { window, ...counts } = this.progress;
    const updatedAt = now.toISOString();
    return {
      outcome: 'claimed',
      step: { ...key, ...counts, action: 'erase', expected: this.planned, state: 'running', updatedAt },
      window,
    };
  }

  async journal(_key: StepKey, _owner: string, progress: StepProgress): Promise<void> {
    await this.keep(progress);
  }

  async release(_key: StepKey, _owner: string, progress: StepProgress): Promise<void> {
    await this.keep(progress);
  }

  async finish(_key: StepKey, _owner: string, progress: StepProgress): Promise<void> {
    await this.keep(progress);
  }

  async fail(): Promise<void> {
    await this.request();
  }

  async cross(_requestId: string, now: Date): Promise<Line> {
    await this.request();
    return { state: 'crossed', at: now.toISOString() };
  }

  async cancel(): Promise<Line> {
    throw new Error('the bench cancels nothing');
  }

  async read(): Promise<Line> {
    await this.request();
    return { state: 'open' };
  }

  private async keep(progress: StepProgress): Promise<void> {
    this.progress = progress;
    await this.request();
  }

  async request(): Promise<void> {
    this.requests++;
    if (this.latencyMs > 0) await wait(this.latencyMs);
  }
}
