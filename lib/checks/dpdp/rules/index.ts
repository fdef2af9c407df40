import type { Rule } from '../rule';
import { ACCESS_RULES } from './access';
import { ENCRYPTION_RULES } from './encryption';
import { RESIDENCY_RULES } from './residency';
import { RETENTION_RULES } from './retention';

/** Every rule of the pack. */
export const RULES: readonly Rule[] = [...RESIDENCY_RULES, ...ENCRYPTION_RULES, ...RETENTION_RULES, ...ACCESS_RULES];
