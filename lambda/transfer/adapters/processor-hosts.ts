import * as z from 'zod';
import { ENV } from '../../shared/names';
import { readIfThere } from '../../shared/read-if-there';

/** The only stage in which a server of this computer can stand for a processor. */
const LOCAL_STAGE = 'local';

const fileSchema = z.strictObject({
  /** PEM of the authority that issued the servers' certificates. */
  ca: z.string().startsWith('-----BEGIN CERTIFICATE-----'),
  /** By host name of the register. */
  hosts: z.record(
    z.string(),
    z.strictObject({ address: z.enum(['127.0.0.1', '::1']), port: z.int().min(1).max(65_535) }),
  ),
});

/** Where a host of the register is reached instead of at its own address, and which authority proves it. */
export interface StandIn {
  readonly address: string;
  readonly port: number;
  readonly ca: string;
}

export type StandIns = (host: string) => StandIn | undefined;

/**
 * Servers that stand for processors. There are none, unless the stage is local and names a file with them: it is
 * read again each time, as such servers come and go. No file means none.
 *
 * @throws Error when another stage names a file. The function throws when the file is not understood.
 */
export function standInsFromEnv(): StandIns {
  const file = process.env[ENV.processorHosts];
  if (file === undefined) return () => undefined;
  if (process.env[ENV.stage] !== LOCAL_STAGE)
    throw new Error(`environment variable ${ENV.processorHosts} is for stage ${LOCAL_STAGE} only`);
  return (host) => {
    const text = readIfThere(file);
    if (text === undefined) return undefined;
    const { ca, hosts } = parseFile(text);
    return Object.hasOwn(hosts, host) ? { ...(hosts[host] as (typeof hosts)[string]), ca } : undefined;
  };
}

function parseFile(text: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error('the file with the hosts of processors is not understood', { cause });
  }
}
