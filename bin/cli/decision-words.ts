import type { RetentionDecision } from '../../lambda/retention/decision';

/** What is done and when, in one sentence. */
function outcomeInWords({ outcome, notBefore, notAfter, reviewAt }: RetentionDecision): string {
  switch (outcome) {
    case 'erase':
      return notAfter === null ? 'Erased now.' : `Erased now; it had to be gone by ${notAfter}.`;
    case 'seal':
      return `Sealed now: out of use, kept for the law alone, and erased on ${notBefore}.`;
    case 'hold':
      if (notBefore !== null) return `Stays as it is for now; erased on ${notBefore}.`;
      if (reviewAt !== null) return `Stays as it is; a person looks at it on ${reviewAt}.`;
      return 'Stays as it is.';
    default:
      return outcome satisfies never;
  }
}

/** A decision in plain English: what is done, who wins, and each rule with its law. */
export function decisionInWords(dataClass: string, decision: RetentionDecision): string {
  const rules = decision.rules.flatMap(({ ruleId, kind, citation, statement, effect }) => [
    `  ${kind} ${ruleId} (${citation})`,
    `    ${statement}`,
    `    ${effect}`,
  ]);
  const conflict = decision.conflict === null ? [] : [`  ${decision.conflict}`];
  return [`${dataClass}: ${outcomeInWords(decision)}`, ...conflict, ...rules].join('\n');
}
