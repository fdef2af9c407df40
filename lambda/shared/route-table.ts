/**
 * What a subsystem serves, said once: the API is built from it, the handler answers it, and the OpenAPI
 * document describes it. This file imports nothing, and neither do the tables.
 */

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What a call has to bring, as far as the gateway can tell. */
export interface RouteInput {
  /** A JSON object as body. */
  readonly body?: boolean;
  /** An Idempotency-Key; the one header that the gateway itself asks for. */
  readonly idempotencyKey?: boolean;
  /** Names of query parameters; whether one is needed the function says. */
  readonly query?: readonly string[];
}

/** Methods by path; `{name}` is one segment, and every table calls the segment at one place alike. */
export type RouteTable = Readonly<Record<`/v1/${string}`, Readonly<Partial<Record<HttpMethod, RouteInput>>>>>;
