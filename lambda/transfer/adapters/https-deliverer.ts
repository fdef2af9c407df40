import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request as sendRequest } from 'node:https';
import type { Deliverer, Delivery, DeliveryFault } from '../deliver';
import type { StandIns } from './processor-hosts';
import { isPublicAddress } from './public-address';
import type { RequestSigner, Unsigned } from './request-signer';

/** Addresses of a host, all of them. @throws when it has none */
export type Resolve = (host: string) => Promise<readonly string[]>;

export interface DelivererOptions {
  readonly sign: RequestSigner;
  /** Seconds for everything: name, connection, request and answer. */
  readonly timeoutSeconds: number;
  /** Bytes of an answer that are read. */
  readonly responseBytes: number;
  readonly standIns: StandIns;
  /** @default - the system's resolver */
  readonly resolve?: Resolve;
}

const HTTPS_PORT = 443;
/** A full name that ends in letters, as no IP address does. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;
/** Id that is put behind an endpoint; it cannot lead anywhere else. */
const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;
/** What says that it was not proven who answers. */
const UNPROVEN = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO)/;

/**
 * Reaches processors over HTTPS, at registered addresses only. The name is resolved once, every address has to be
 * on the public internet, and the connection goes to the very address that was looked at; the certificate has to
 * be the name's. Redirects are never followed, and neither time nor size of an answer is up to the processor.
 */
export function httpsDeliverer(options: DelivererOptions): Deliverer {
  const { sign } = options;
  const send = async (unsigned: Unsigned): Promise<Delivery> => {
    const url = endpointOf(unsigned.url);
    if (url === undefined) return failed('endpoint-refused');
    const headers = await sign(unsigned);
    return withinTime(options.timeoutSeconds, async (signal) => {
      const target = await targetOf(url.hostname, options);
      if ('outcome' in target || signal.aborted) return 'outcome' in target ? target : failed('timed-out');
      return exchange(url, target, { ...unsigned, headers }, options.responseBytes, signal);
    });
  };
  return {
    post: ({ endpoint, body, idempotencyKey }) =>
      send({
        method: 'POST',
        url: endpoint,
        headers: { ...COMMON, 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body,
      }),
    get: async (endpoint, segment) =>
      SEGMENT.test(segment)
        ? send({ method: 'GET', url: `${endpoint}/${segment}`, headers: COMMON })
        : failed('endpoint-refused'),
  };
}

/** No compression: nothing small may become large here. */
const COMMON = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'DigiCRM-relay' } as const;

/** Where to connect, and what proves who is there. */
interface Target {
  readonly host: string;
  readonly port: number;
  /** Authority that counts instead of those of the system. */
  readonly ca?: string;
}

/** The address if it is written in the one way that everybody reads alike, without port, user, query or fragment. */
function endpointOf(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = url.href === text || url.href === `${text}/`;
  return plain && url.href === `https://${url.hostname}${url.pathname}` && HOST.test(url.hostname) ? url : undefined;
}

async function targetOf(
  host: string,
  { standIns, resolve = resolveAll }: DelivererOptions,
): Promise<Target | Delivery> {
  const standIn = standIns(host);
  if (standIn !== undefined) return { host: standIn.address, port: standIn.port, ca: standIn.ca };
  let addresses: readonly string[];
  try {
    addresses = await resolve(host);
  } catch {
    return failed('name-not-found');
  }
  const chosen = addresses[Math.floor(Math.random() * addresses.length)];
  if (chosen === undefined) return failed('name-not-found');
  // One that is not public says that the name cannot be trusted, even if another one is.
  return addresses.every(isPublicAddress) ? { host: chosen, port: HTTPS_PORT } : failed('address-refused');
}

const resolveAll: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/** Connects to an address, not to a name: nothing is resolved a second time. */
function requestOptions(url: URL, { host, port, ca }: Target, { method, headers }: Unsigned): RequestOptions {
  return {
    method,
    host,
    port,
    path: url.pathname,
    servername: url.hostname,
    headers: { ...headers, host: url.hostname },
    minVersion: 'TLSv1.2',
    // Said, because an environment variable could say otherwise.
    rejectUnauthorized: true,
    ca,
    // Of its own, so that no connection is used for anything else.
    agent: new Agent({ keepAlive: false, maxCachedSessions: 0 }),
  };
}

function exchange(
  url: URL,
  target: Target,
  unsigned: Unsigned,
  responseBytes: number,
  signal: AbortSignal,
): Promise<Delivery> {
  return new Promise((done) => {
    let status: number | undefined;
    // What the processor has said stays said, whatever becomes of the rest of its answer.
    const end = (otherwise: DeliveryFault) => {
      done(status === undefined ? failed(otherwise) : { outcome: 'answered', status });
      request.destroy();
    };
    const request = sendRequest(requestOptions(url, target, unsigned), (response) => {
      const code = response.statusCode ?? 0;
      if (code < 200 || (code >= 300 && code < 400)) return end('redirected');
      status = code;
      readJson(response, responseBytes).then(
        (body) => {
          done({ outcome: 'answered', status: code, ...(body !== undefined && { body }) });
          request.destroy();
        },
        () => end('connection-failed'),
      );
    });
    request.on('error', (error) => end(faultOf(error)));
    request.on('close', () => {
      if (status === undefined) end('connection-failed');
    });
    signal.addEventListener('abort', () => end('timed-out'));
    request.end(unsigned.body);
  });
}

function faultOf(error: Error): DeliveryFault {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return UNPROVEN.test(code) ? 'certificate-refused' : 'connection-failed';
}

/** JSON of an answer; undefined where it is none. @throws where it is too large or ends too early */
async function readJson(response: IncomingMessage, mostBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new Error('an answer that is too large');
    chunks.push(chunk);
  }
  if (!/^application\/(?:[a-z.+-]+\+)?json\s*(;|$)/i.test(response.headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Ends what takes too long, whatever it is that takes so long. */
async function withinTime(seconds: number, work: (signal: AbortSignal) => Promise<Delivery>): Promise<Delivery> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<Delivery>((done) => {
    timer = setTimeout(() => {
      late.abort();
      // The work tells first what it knows by now, such as a status without its body.
      setImmediate(() => done(failed('timed-out')));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work(late.signal), timedOut]);
  } finally {
    clearTimeout(timer);
  }
}

function failed(fault: DeliveryFault): Delivery {
  return { outcome: 'failed', fault };
}
