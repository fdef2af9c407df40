import type { Rule } from '../../rule';

export const RESIDENCY_RULES: readonly Rule[] = [];
