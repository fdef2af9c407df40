/** What is sent to a processor. The endpoint is the register's; nothing of a request can name another. */
export interface Outgoing {
  /** Registered address, `https://host/path`. */
  readonly endpoint: string;
  /** JSON, as bytes: what is signed is what is sent. */
  readonly body: Uint8Array;
  /** Names the work: the same however often it is sent, so that the processor can do it once. */
  readonly idempotencyKey: string;
}

/**
 * Why nothing usable came back; `meaningOf` says which of it may pass.
 * - `timed-out`, `connection-failed`, `name-not-found`, `certificate-refused`: no answer within the time, none at
 *   all, no address for the name, and a certificate or protocol that does not prove who answers.
 * - `redirected`: it answered with another address, which is never followed.
 * - `address-refused`: its name leads to an address that is not on the public internet. Nothing was sent.
 * - `endpoint-refused`: not an address that may be called at all. Nothing was sent.
 */
export type DeliveryFault =
  | 'timed-out'
  | 'connection-failed'
  | 'name-not-found'
  | 'certificate-refused'
  | 'redirected'
  | 'address-refused'
  | 'endpoint-refused';

/** An answer is one as soon as its status is there; a failure is a value, never an exception. */
export type Delivery =
  | {
      readonly outcome: 'answered';
      /** 200 to 299 or 400 to 599. */
      readonly status: number;
      /** JSON of the answer; undefined where it was none, too large, or not complete in time. Not to be trusted. */
      readonly body?: unknown;
    }
  | { readonly outcome: 'failed'; readonly fault: DeliveryFault };

/** The one way out. Does not throw for anything that the processor or the network does. */
export interface Deliverer {
  post(request: Outgoing): Promise<Delivery>;
  /** Reads `endpoint/segment`, e.g. how far a request to erase has come. Signed as well, without a body. */
  get(endpoint: string, segment: string): Promise<Delivery>;
}

/** What a delivery means for the work that it was for. */
export type Meaning = 'taken' | 'again' | 'refused';

/** Answers that ask for patience rather than for another message. */
const PATIENCE: ReadonlySet<number> = new Set([408, 425, 429]);
const PASSING: ReadonlySet<DeliveryFault> = new Set([
  'timed-out',
  'connection-failed',
  'name-not-found',
  'certificate-refused',
  // The name may be set right again, and nothing has left meanwhile.
  'address-refused',
]);

/** 2xx is taken; 408, 425, 429, 5xx and what may pass is tried again; everything else is refused for good. */
export function meaningOf(delivery: Delivery): Meaning {
  if (delivery.outcome === 'failed') return PASSING.has(delivery.fault) ? 'again' : 'refused';
  const { status } = delivery;
  if (status >= 200 && status < 300) return 'taken';
  return status >= 500 || PATIENCE.has(status) ? 'again' : 'refused';
}
