import type { RetentionDecision } from '../../lambda/retention/decision';
import { outcomeInWords } from '../../lambda/retention/words';

/** A decision in plain English: what is done, who wins, and each rule with its law. */
export function decisionInWords(dataClass: string, decision: RetentionDecision): string {
  const conflict = decision.conflict === null ? [] : [`  ${decision.conflict}`];
  return [`${dataClass}: ${outcomeInWords(decision)}`, ...conflict, ...rulesInWords(decision)].join('\n');
}

/** Each rule of a decision with its law and effect, a line each, indented. */
export function rulesInWords({ rules }: RetentionDecision): string[] {
  return rules.flatMap(({ ruleId, kind, citation, statement, effect }) => [
    `  ${kind} ${ruleId} (${citation})`,
    `    ${statement}`,
    `    ${effect}`,
  ]);
}
