import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Register } from '../../policies/schema';
import type { Vault } from '../sealing/ports';
import type { SealingOf } from '../sealing/vault-layout';
import type { Clock } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { ENV } from '../shared/names';
import { statisticsLedger } from './adapters/statistics-ledger';
import { TableRows } from './adapters/table-rows';
import { anonymiseRuleFor, publishOnce } from './anonymise';
import { AnonymisingVault } from './anonymising-vault';

/**
 * What lets a store's rows go once their numbers are published, for one request and store.
 * @throws Error when the register has no rule for the store's class
 */
export function anonymousOf(
  of: SealingOf,
  { data, control }: { readonly data: DynamoDBClient; readonly control: DynamoDBDocumentClient },
  register: Pick<Register, 'anonymise'>,
  clock: Clock,
): Vault {
  const { requestId, source, target } = of;
  const rule = anonymiseRuleFor(source, register);
  if (rule === undefined) throw new Error(`policies/anonymise.yaml has no rule for ${source.dataClass}`);
  const tables = { control: requireEnv(ENV.controlTable), statistics: requireEnv(ENV.statisticsTable) };
  return new AnonymisingVault(() =>
    publishOnce(
      { requestId, tenantId: target.tenantId, storeId: source.id, rule },
      {
        rows: new TableRows(source, rule, data),
        ledger: statisticsLedger(control, tables),
        register,
        newId: randomUUID,
        clock,
      },
    ),
  );
}
