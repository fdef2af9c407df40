import type { IncomingMessage, ServerResponse } from 'node:http';

/** How a server that stands for a processor treats what it is sent. */
export type Behaviour =
  | { readonly kind: 'accept' }
  /** Answers after `ms`. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Answers with this status. */
  | { readonly kind: 'status'; readonly status: number }
  /** Accepts, with an answer of this many bytes. */
  | { readonly kind: 'huge'; readonly bytes: number }
  | { readonly kind: 'redirect'; readonly to: string }
  /** Closes the connection in the middle of the answer's head. */
  | { readonly kind: 'break' };

/** Answers a message as told. Timers are kept, so that whoever stops the server can end them. */
export function act(
  behaviour: Behaviour,
  request: IncomingMessage,
  response: ServerResponse,
  timers: Set<NodeJS.Timeout>,
) {
  switch (behaviour.kind) {
    case 'accept':
      return json(response, 202, { accepted: true });
    case 'slow':
      timers.add(setTimeout(() => json(response, 202, { accepted: true }), behaviour.ms));
      return;
    case 'hang':
      return;
    case 'status':
      return json(response, behaviour.status, { error: 'as told' });
    case 'redirect':
      response.writeHead(307, { location: behaviour.to }).end();
      return;
    case 'break':
      request.socket.write('HTTP/1.1 20');
      request.socket.destroy();
      return;
    case 'huge':
      return pour(response, behaviour.bytes);
    default:
      return behaviour satisfies never;
  }
}

/** Sends so many bytes, no faster than they are taken. */
function pour(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(65_536, ' ');
  let left = bytes;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
