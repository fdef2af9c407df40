import type { DecisionRecord, TransferRecord } from '../transfer/model';
import type { Delivery, DisclosureEntry } from './disclosure-views';

/**
 * The entry of an allowed decision; undefined where another one stands for the same transfer, as when it was asked
 * again right before the delivery.
 *
 * @param transfer the one that the decision was made for, where that is still known
 */
export function entryOf(decision: DecisionRecord, transfer: TransferRecord | undefined): DisclosureEntry | undefined {
  if (transfer !== undefined && transfer.decisionId !== decision.decisionId) return undefined;
  const { decisionId, processorId, decidedAt, purpose, basis, categories, countries, transferId } = decision;
  const delivery = transferId === null ? 'permitted' : deliveryOf(transfer);
  return {
    decisionId,
    processorId,
    at: decidedAt,
    purpose,
    basis,
    categories,
    fields: fieldsOf(decision),
    countries,
    delivery,
    transferId,
    deliveredAt: delivery === 'delivered' ? (transfer?.endedAt ?? null) : null,
  };
}

/** What was sent without an answer may have arrived, and what is not known may have been sent. */
function deliveryOf(transfer: TransferRecord | undefined): Delivery {
  if (transfer === undefined) return 'possibly-delivered';
  switch (transfer.state) {
    case 'delivered':
      return 'delivered';
    case 'delivering':
      return 'possibly-delivered';
    case 'queued':
      return transfer.attempts > 0 ? 'possibly-delivered' : 'on-its-way';
    case 'stopped':
    case 'failed':
      return transfer.attempts > 0 ? 'possibly-delivered' : 'not-delivered';
  }
}

function fieldsOf({ fields, obligations }: DecisionRecord): DisclosureEntry['fields'] {
  const transformed = new Map(
    (['mask', 'tokenise', 'hash', 'truncate'] as const).flatMap((as) =>
      (obligations?.[as] ?? []).map((name) => [name, as] as const),
    ),
  );
  return fields.map((name) => ({ name, as: transformed.get(name) ?? 'keep' }));
}
