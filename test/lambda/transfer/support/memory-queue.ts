import { plusMs } from '../../../../lambda/shared/clock';
import type { EgressMessage } from '../../../../lambda/transfer/model';
import type { EgressQueue } from '../../../../lambda/transfer/ports';

interface Waiting {
  readonly body: string;
  visibleAt: number;
  receives: number;
}

/** SQS in memory: at least once, in no order, hidden while worked on, and with dead letters after too many receives. */
export class MemoryQueue implements EgressQueue {
  readonly deadLetters: string[] = [];
  private readonly messages: Waiting[] = [];
  /** Called before a message is taken in. */
  before: () => void | Promise<void> = () => undefined;
  after: () => void = () => undefined;

  constructor(
    private readonly now: () => Date,
    private readonly maxReceives = 5,
    private readonly visibilityMs = 180_000,
  ) {}

  async send(message: EgressMessage, delaySeconds = 0): Promise<void> {
    await this.before();
    if (delaySeconds < 0 || delaySeconds > 900) throw new RangeError(`a delay of ${delaySeconds} seconds`);
    this.messages.push({
      body: JSON.stringify(message),
      visibleAt: plusMs(this.now(), delaySeconds * 1000).getTime(),
      receives: 0,
    });
    this.after();
  }

  get size(): number {
    return this.messages.length;
  }

  /** Texts of all messages there ever were. */
  get bodies(): string[] {
    return this.messages.map(({ body }) => body);
  }

  /** When the next message can be received; undefined where there is none. */
  nextAt(): number | undefined {
    return this.messages.length === 0 ? undefined : Math.min(...this.messages.map(({ visibleAt }) => visibleAt));
  }

  /** Works on one message that is visible. False where there is none. */
  async workOnOne(work: (message: EgressMessage) => Promise<void>): Promise<boolean> {
    const now = this.now().getTime();
    const waiting = this.messages.find(({ visibleAt }) => visibleAt <= now);
    if (waiting === undefined) return false;
    waiting.receives++;
    if (waiting.receives > this.maxReceives) {
      this.remove(waiting);
      this.deadLetters.push(waiting.body);
      return true;
    }
    waiting.visibleAt = now + this.visibilityMs;
    try {
      await work(JSON.parse(waiting.body) as EgressMessage);
      this.remove(waiting);
    } catch {
      // It comes back when its visibility ends.
    }
    return true;
  }

  private remove(waiting: Waiting): void {
    this.messages.splice(this.messages.indexOf(waiting), 1);
  }
}
