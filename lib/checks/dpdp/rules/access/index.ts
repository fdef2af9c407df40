import type { Rule } from '../../rule';

export const ACCESS_RULES: readonly Rule[] = [];
