import type { Rule } from '../../rule';

export const RETENTION_RULES: readonly Rule[] = [];
