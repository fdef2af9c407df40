import type { AnyCertificate, CertifiedProcessor } from './certificate';

/** States in which a processor's part is over. */
const ANSWERED: readonly CertifiedProcessor['state'][] = ['acknowledged', 'refused', 'evidenced'];

/** Whether a processor has answered, by what a certificate says of it. */
export function hasAnswered({ state }: Pick<CertifiedProcessor, 'state'>): boolean {
  return ANSWERED.includes(state);
}

/**
 * Why what a certificate says of processors contradicts itself, or undefined. That one is silent or late does not:
 * it is said, and keeps nothing from being certified.
 */
export function contradictionInProcessors(certificate: AnyCertificate): string | undefined {
  const { processors } = certificate;
  if (new Set(processors.map(({ processorId }) => processorId)).size !== processors.length)
    return 'a processor is listed twice';
  // Version 2 names processors and says no more of them.
  if (certificate.version === 2) return undefined;
  for (const processor of certificate.processors) {
    const reason = inProcessor(processor, certificate);
    if (reason !== undefined) return `${processor.processorId}: ${reason}`;
  }
  return undefined;
}

function inProcessor(
  processor: CertifiedProcessor,
  { outcome, certifiedAt }: Pick<AnyCertificate, 'outcome' | 'certifiedAt'>,
): string | undefined {
  const { state, route, toldAt, answeredAt, deadline, evidenceSha256 } = processor;
  if (hasAnswered(processor) !== (answeredAt !== null)) return `${state} does not go with the time of its answer`;
  if ((state === 'told' || state === 'acknowledged' || state === 'refused') && toldAt === null)
    return `${state}, and there is no time at which it was told`;
  if ((state === 'to-tell' || state === 'held') && toldAt !== null) return `${state}, and yet it was told`;
  if ((state === 'evidenced') !== (evidenceSha256 !== null)) return `${state} does not go with its evidence`;
  if ((state === 'held') !== (route === null) || (state === 'held') !== (deadline === null))
    return `${state} does not go with its route and day`;
  if (state === 'held' && outcome !== 'held') return 'not told because of a legal hold, yet nothing is held';
  if (state === 'by-hand' && route !== 'manual') return 'by hand, yet by its API';
  if (
    (state === 'to-tell' || state === 'told' || state === 'acknowledged' || state === 'refused') &&
    route === 'manual'
  )
    return `${state}, yet it is told by hand`;
  const line = [toldAt, answeredAt, certifiedAt].filter((time) => time !== null);
  if (line.some((time, i) => time < (line[i - 1] ?? time))) return 'the times are out of order';
  return undefined;
}
