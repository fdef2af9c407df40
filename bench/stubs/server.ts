import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';

/** What a stub is asked, with the body already read. */
export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a stub answers, and under which name the request is counted. */
export interface StubReply {
  readonly operation: string;
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
}

/** Counters of a stub since they were last reset. */
export interface Traffic {
  /** Requests by operation, the throttled ones included. */
  readonly operations: Record<string, number>;
  /** Requests answered 503. */
  readonly throttled: number;
  /** Milliseconds from the first request to the last reply. */
  readonly spanMs: number;
}

interface Stub {
  /** Milliseconds every request takes at least. */
  latencyMs(): number;
  answer(request: StubRequest): StubReply;
  /** Commands of the bench itself, under `/_stub/<verb>`; neither delayed nor counted. */
  control(verb: string, body: string, traffic: Traffic): unknown;
}

const CONTROL = '/_stub/';

/** Serves a stub on a free loopback port and tells the parent process which. */
export function serve(stub: Stub): void {
  const counters = new Counters();
  const server = createServer((request, response) => {
    const arrivedAt = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const url = new URL(request.url ?? '/', 'http://stub');
      if (url.pathname.startsWith(CONTROL)) {
        const verb = url.pathname.slice(CONTROL.length);
        const result = stub.control(verb, body, counters.read());
        if (verb === 'load') counters.reset();
        send(response, 200, 'application/json', JSON.stringify(result ?? null));
        return;
      }
      const reply = stub.answer({
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body,
      });
      counters.arrived(reply, arrivedAt);
      const finish = () => {
        counters.replied();
        send(response, reply.status, reply.contentType, reply.body);
      };
      const wait = stub.latencyMs() - (performance.now() - arrivedAt);
      if (wait > 0) setTimeout(finish, wait);
      else finish();
    });
  });
  // A connection that the server closes while the client reuses it would be counted as a retry.
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
  // The parent holds the channel; when it goes, so does the stub.
  process.on('disconnect', () => process.exit(0));
}

class Counters {
  private operations: Record<string, number> = {};
  private throttled = 0;
  private firstAt = 0;
  private lastAt = 0;

  arrived(reply: StubReply, at: number): void {
    if (this.firstAt === 0) this.firstAt = at;
    this.operations[reply.operation] = (this.operations[reply.operation] ?? 0) + 1;
    if (reply.status === 503) this.throttled++;
  }

  replied(): void {
    this.lastAt = performance.now();
  }

  read(): Traffic {
    return { operations: this.operations, throttled: this.throttled, spanMs: this.lastAt - this.firstAt };
  }

  reset(): void {
    this.operations = {};
    this.throttled = 0;
    this.firstAt = 0;
    this.lastAt = 0;
  }
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': bytes.length,
    'x-amz-request-id': 'STUB',
  });
  response.end(bytes);
}
