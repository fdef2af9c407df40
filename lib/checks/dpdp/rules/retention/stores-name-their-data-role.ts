import type { Rule } from '../../rule';
import { MEASURES, ROLES } from './sources';
import { isRole, STORE_TYPES, tagValues } from './stores';

/** Without a data role nobody knows on whose word the data is erased. */
export const storesNameTheirDataRole: Rule = {
  id: 'StoresNameTheirDataRole',
  area: 'inventory',
  severity: 'error',
  title: 'Stores carry the tag of their data role.',
  why: 'Whether DigiCRM or the tenant decides about the data decides who may have it erased, and a store that says nothing is forgotten.',
  fix: 'Set the tag `digicrm:data-role` to account, tenant, telemetry, books or none; here a PersonalDataBucket, a PersonalDataTable or declareFreeOfPersonalData does it.',
  serves: [ROLES, MEASURES],
  types: STORE_TYPES,
  check: (store, facts) =>
    tagValues(store, facts.tags.dataRole).every((role) => isRole(role, facts)) ? 'compliant' : 'broken',
};
