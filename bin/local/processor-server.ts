import { rename, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServerCertificate } from './processor-certificates';
import { signatureFault } from './signature-check';

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

/**
 * How it treats requests to erase: done at once, taken and left pending until `completeErasures`, or taken for ever
 * without any answer.
 */
export type ErasureBehaviour = 'completes' | 'pends' | 'never-answers' | 'refuses';

/** One request, with exactly the bytes that arrived. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** `unchecked` while the server was not told the public key. */
  readonly signature: 'valid' | 'unchecked' | { readonly fault: string };
}

export interface ProcessorServer {
  readonly host: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** Distinct messages by Idempotency-Key: what a processor that does each once has done. */
  readonly distinct: () => number;
  behave(behaviour: Behaviour): void;
  behaveOnErasure(behaviour: ErasureBehaviour): void;
  /** From now on signatures are checked, and a request with a wrong one is answered with 401. */
  trust(publicKeyPem: string): void;
  /** Marks every pending erasure as done. */
  completeErasures(): void;
  stop(): Promise<void>;
}

interface ErasureState {
  status: 'pending' | 'completed' | 'cancelled';
}

const MAX_BODY = 1_048_576;
const ERASURES = '/v1/requests';

/** Starts a server on a free port of 127.0.0.1 that stands for the processor at `host`. */
export async function startProcessor(host: string, certificate: ServerCertificate): Promise<ProcessorServer> {
  const received: Received[] = [];
  const erasures = new Map<string, ErasureState>();
  const sockets = new Set<Duplex>();
  const timers = new Set<NodeJS.Timeout>();
  let behaviour: Behaviour = { kind: 'accept' };
  let erasureBehaviour: ErasureBehaviour = 'completes';
  let publicKey: string | undefined;

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request);
    const path = request.url ?? '/';
    const signature = check(request, body, host, publicKey);
    received.push({ method: request.method ?? '', path, headers: request.headers, body, signature });
    if (typeof signature === 'object') return json(response, 401, { error: 'signature' });
    if (path === ERASURES && request.method === 'POST') return takeErasure(body, response);
    if (path.startsWith(`${ERASURES}/`) && request.method === 'GET') return tellErasure(path, response);
    act(behaviour, request, response, timers);
  };

  /** An erasure request in the shape of OpenDSR. */
  const takeErasure = (body: Buffer, response: ServerResponse) => {
    if (erasureBehaviour === 'never-answers') return;
    const id = requestIdOf(body);
    if (id === undefined) return json(response, 400, { error: 'subject_request_id' });
    if (erasureBehaviour === 'refuses') return json(response, 403, { error: 'refused' });
    // Sent again it is the same request.
    const state = erasures.get(id) ?? { status: erasureBehaviour === 'pends' ? 'pending' : 'completed' };
    erasures.set(id, state);
    json(response, 201, { subject_request_id: id, status: state.status, request_status: state.status });
  };

  const tellErasure = (path: string, response: ServerResponse) => {
    if (erasureBehaviour === 'never-answers') return;
    const id = decodeURIComponent(path.slice(ERASURES.length + 1));
    const state = erasures.get(id);
    if (state === undefined) return json(response, 404, { error: 'unknown' });
    json(response, 200, { subject_request_id: id, status: state.status, request_status: state.status });
  };

  const server = createServer({ ...certificate, minVersion: 'TLSv1.2' }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  // A client that does not trust the certificate ends the handshake; that is not this server's business.
  server.on('tlsClientError', () => {});
  await listen(server);
  return {
    host,
    port: (server.address() as AddressInfo).port,
    received,
    distinct: () => new Set(received.map(({ headers }) => headers['idempotency-key'])).size,
    behave: (next) => {
      behaviour = next;
    },
    behaveOnErasure: (next) => {
      erasureBehaviour = next;
    },
    trust: (pem) => {
      publicKey = pem;
    },
    completeErasures: () => {
      for (const state of erasures.values()) state.status = 'completed';
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Writes the file that tells functions of stage local where these servers are (ENV.processorHosts).
 * Written beside and moved into place: no function ever reads half of it.
 */
export async function writeProcessorHosts(
  file: string,
  ca: string,
  servers: readonly Pick<ProcessorServer, 'host' | 'port'>[],
): Promise<void> {
  const hosts = Object.fromEntries(servers.map(({ host, port }) => [host, { address: '127.0.0.1', port }]));
  await writeFile(`${file}.new`, JSON.stringify({ ca, hosts }));
  await rename(`${file}.new`, file);
}

function act(behaviour: Behaviour, request: IncomingMessage, response: ServerResponse, timers: Set<NodeJS.Timeout>) {
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

function check(request: IncomingMessage, body: Buffer, host: string, publicKey: string | undefined) {
  if (publicKey === undefined) return 'unchecked' as const;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const uri = `https://${host}${request.url ?? '/'}`;
  const fault = signatureFault({ method: request.method ?? '', uri, headers, body }, publicKey);
  return fault === undefined ? ('valid' as const) : { fault };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error('more than a processor takes');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function requestIdOf(body: Buffer): string | undefined {
  try {
    const { subject_request_id: id } = JSON.parse(body.toString()) as { subject_request_id?: unknown };
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}
