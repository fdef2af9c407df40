import type { Rule } from '../../rule';
import { ERASURE, MEASURES } from './sources';
import { mayBePersonal, STORE_TYPES, tagValues } from './stores';

/** The class decides which retention rules there are for the data. */
export const personalStoresNameTheirClass: Rule = {
  id: 'PersonalStoresNameTheirClass',
  area: 'inventory',
  severity: 'error',
  title: 'Stores of personal data carry the tag of their data class.',
  why: 'How long data may and must be kept is a matter of its class, so data without one has no end.',
  fix: 'Set the tag `digicrm:data-class` to the class of what the store holds.',
  serves: [ERASURE, MEASURES],
  types: STORE_TYPES,
  check: (store, facts) => {
    if (!mayBePersonal(store, facts)) return 'not-applicable';
    return tagValues(store, facts.tags.dataClass).every((name) => name?.trim()) ? 'compliant' : 'broken';
  },
};
