import type { Rule } from '../../rule';

export const ENCRYPTION_RULES: readonly Rule[] = [];
