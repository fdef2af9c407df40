import type { FigureGroup } from './figure';

export const bundles: FigureGroup = {
  name: 'bundles',
  title: 'Function bundles',
  method: '',
  measure: async () => [],
};
