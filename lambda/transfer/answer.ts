import { authorise, type Caller } from '../access/caller';
import { type DecideDeps, decide } from './decide';
import type { DecisionBody, DecisionRecord, DecisionView } from './model';

/** Answers `POST /v1/transfer-decisions`. Never fails for what it cannot read or record: the answer is no. @throws ProblemError 403 */
export async function decideTransfer(caller: Caller, body: DecisionBody, deps: DecideDeps): Promise<DecisionView> {
  authorise(caller, 'transfer:decide', body.tenantId);
  const { subjectId, ...rest } = body;
  const { record } = await decide(
    {
      clientName: caller.clientName,
      asked: { ...rest, subjectNamed: subjectId !== undefined },
      subject: subjectId === undefined ? null : { subjectId },
      transferId: null,
    },
    deps,
  );
  return viewOf(record);
}

/** What the caller is told of a decision. */
export function viewOf(record: DecisionRecord): DecisionView {
  const { decisionId, outcome, decidedBy, obligations, decidedAt, registerHash } = record;
  return { decisionId, outcome, decidedBy, obligations, decidedAt, registerHash };
}
