import type { Register } from '../../policies/schema';
import type { Instruction } from '../erasure/model';
import { forbidden, type ProblemError, unprocessable } from '../shared/problem';

const DAY_MS = 86_400_000;
/** How far the caller's clock may be ahead of ours. */
const CLOCK_SKEW_MS = 5 * 60_000;

type Rules = Pick<Register['erasure'], 'reasons' | 'instructionMaxAgeDays' | 'tenantInstruction'>;

/** What speaks against a reason code, or nothing. */
export function reasonRefusal(reason: string, { reasons }: Rules): ProblemError | undefined {
  if (reasons.some(({ id }) => id === reason)) return undefined;
  return unprocessable('Use one of the registered reason codes.', [
    { pointer: '/reason', message: `one of ${reasons.map(({ id }) => id).join(', ')}` },
  ]);
}

/** What speaks against the time of an instruction, or nothing. */
export function instructionTimeRefusal(
  { at }: Instruction,
  now: Date,
  { instructionMaxAgeDays }: Rules,
): ProblemError | undefined {
  const time = Date.parse(at);
  if (time <= now.getTime() + CLOCK_SKEW_MS && time >= now.getTime() - instructionMaxAgeDays * DAY_MS) return undefined;
  return unprocessable('Send an instruction that has been given and is not too old.', [
    { pointer: '/instruction/at', message: `within the last ${instructionMaxAgeDays} days and not in the future` },
  ]);
}

/** What speaks against the time of the last use, or nothing. */
export function lastUseRefusal(lastProcessedAt: string | undefined, now: Date): ProblemError | undefined {
  if (lastProcessedAt === undefined || Date.parse(lastProcessedAt) <= now.getTime() + CLOCK_SKEW_MS) return undefined;
  return unprocessable('Send the time of the last use, which lies in the past.', [
    { pointer: '/lastProcessedAt', message: 'not in the future' },
  ]);
}

/**
 * What speaks against who instructed something for a whole tenant, or nothing.
 * @param what subject of the sentence, e.g. `The erasure of a whole tenant`
 */
export function tenantInstructionRefusal(
  what: string,
  instruction: Instruction,
  { tenantInstruction: { roles, authentication } }: Rules,
): ProblemError | undefined {
  if (!roles.includes(instruction.role)) return forbidden(`${what} must be instructed by one of: ${roles.join(', ')}.`);
  if (!authentication.includes(instruction.authentication))
    return forbidden(`${what} needs a sign-in by one of: ${authentication.join(', ')}.`);
  return undefined;
}
