import { loadRegister } from '../../policies/load';
import { processorsOf } from '../../policies/register';
import type { CloudOutputs } from './outputs';
import { certificateAuthority } from './processor-certificates';
import { type ProcessorServer, startProcessor, writeProcessorHosts } from './processor-server';
import { publicKeyPem } from './public-key';

/** What this needs to know of a cloud that delivers to servers on this computer. */
export type DeliveringCloud = Pick<CloudOutputs, 'stage' | 'region' | 'endpoint' | 'processorHosts' | 'egressKeyId'>;

/** Servers on this computer that stand for the processors of a stage. */
export interface Processors {
  /** The server of a processor, by its id in policies/processors.yaml. @throws Error when it has none */
  of(processorId: string): ProcessorServer;
  /** Stops all of them. What is sent to them from then on finds nobody. */
  stop(): Promise<void>;
}

/**
 * Starts a server on loopback for each processor of the stage that has an endpoint, with certificates of its own,
 * and tells the cloud's egress where they are. They check the signature of whatever comes.
 *
 * @throws Error when the cloud cannot read this computer's files
 */
export async function startProcessors(cloud: DeliveringCloud): Promise<Processors> {
  if (cloud.processorHosts === null)
    throw new Error('This cloud cannot deliver to servers on this computer: use a cloud that this computer runs.');
  const hosts = hostsOf(cloud.stage);
  const authority = await certificateAuthority();
  const servers = new Map<string, ProcessorServer>();
  const stop = async () => {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  };
  try {
    for (const host of new Set(hosts.values()))
      servers.set(host, await startProcessor(host, await authority.issue(host)));
    if (cloud.egressKeyId !== null) {
      const pem = await publicKeyPem({ ...cloud, signingKeyId: cloud.egressKeyId });
      for (const server of servers.values()) server.trust(pem);
    }
    await writeProcessorHosts(cloud.processorHosts, authority.ca, [...servers.values()]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    of(processorId) {
      const server = servers.get(hosts.get(processorId) ?? '');
      if (server === undefined) throw new Error(`the processor "${processorId}" has no server on this computer`);
      return server;
    },
    stop,
  };
}

/** The same where the cloud can deliver to this computer; null, and a line that says so, where it cannot. */
export async function startProcessorsOf(
  cloud: DeliveringCloud,
  log: (line: string) => void,
): Promise<Processors | null> {
  if (cloud.processorHosts === null) {
    log('This cloud cannot deliver to servers on this computer, so no processor answers.');
    return null;
  }
  const processors = await startProcessors(cloud);
  log(`Servers of this computer stand for the processors: ${[...hostsOf(cloud.stage).values()].join(', ')}`);
  return processors;
}

/** Host by id of the processors that are delivered to. */
function hostsOf(stage: string): ReadonlyMap<string, string> {
  return new Map(
    processorsOf(loadRegister(), stage).flatMap(({ id, endpoint }) =>
      endpoint === null ? [] : [[id, new URL(endpoint).hostname]],
    ),
  );
}
