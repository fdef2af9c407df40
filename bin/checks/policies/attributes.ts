import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Register } from '../../../policies/schema';
import { processorKinds, transferRoles } from '../../../policies/transfer-schema';
import { wordsOf } from '../../../policies/transfers/load';
import type { Attributes } from './expressions';

/** Countries that a mutant may name beside those of a policy: the ones that processors of the register are in. */
function countriesOf({ processors: { processors } }: Register): string[] {
  return [...new Set(processors.flatMap(({ countries: c }) => [...c.processing, ...c.storage]))].sort();
}

/** What the schema and the register let a condition speak about. */
export function attributesOf(schema: SchemaJson<string>, register: Register): Attributes {
  const { entityTypes = {}, actions = {} } = schema[''] ?? {};
  const records: Readonly<Record<string, unknown>> = {
    principal: shapeOf(entityTypes.Tenant),
    resource: shapeOf(entityTypes.Processor),
    context: attributesIn(actions.transfer?.appliesTo?.context),
  };
  const words = wordsOf(register.transfers);
  const countries = countriesOf(register);
  const known: Readonly<Record<string, readonly string[]>> = {
    purpose: words.purposes,
    basis: words.bases,
    categories: words.categories,
    dataRole: transferRoles,
    countries,
    restrictedCountries: countries,
    kind: processorKinds,
  };
  return {
    alike(variable, attribute) {
      const all = attributesIn({ attributes: records[variable] });
      const type = JSON.stringify(all[attribute]);
      return Object.keys(all).filter((name) => JSON.stringify(all[name]) === type);
    },
    words: (attribute) => known[attribute] ?? [],
  };
}

function shapeOf(entity: unknown): Record<string, unknown> {
  return isRecord(entity) ? attributesIn(entity.shape) : {};
}

function attributesIn(record: unknown): Record<string, unknown> {
  return isRecord(record) && isRecord(record.attributes) ? record.attributes : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
