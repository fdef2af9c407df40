import { Construct } from 'constructs';
import { ENV, TRANSFER_PK } from '../../lambda/shared/names';
import { TOKEN_ROUTES } from '../../lambda/tokens/paths';
import { storeVariable } from '../data/inventory';
import type { TransferStores } from '../data/transfer-stores';
import type { ComplianceApi } from './compliance-api';
import { API_TIMEOUT, ComplianceFunction, type FunctionDefaults } from './compliance-function';
import type { TransferTable } from './transfer-table';

/** Properties of a TokenApi. */
export interface TokenApiProps {
  /** Where the routes are added. */
  readonly api: ComplianceApi;
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Each question about a token is recorded in it. */
  readonly transferTable: TransferTable;
  /** Virtual tokens. */
  readonly stores: TransferStores;
}

/** Turns single tokens back for permitted purposes. Its role can list none, make none, and read nothing else. */
export class TokenApi extends Construct {
  constructor(scope: Construct, id: string, { api, defaults, transferTable, stores }: TokenApiProps) {
    super(scope, id);
    const handler = new ComplianceFunction(this, 'Api', {
      ...defaults,
      entry: 'tokens/api.handler.ts',
      description: 'Turns virtual tokens back for permitted purposes, and records for whom',
      timeout: API_TIMEOUT,
      environment: {
        [ENV.transferTable]: transferTable.tableName,
        [ENV.tokenVault]: storeVariable(this, stores.tokens.tableName),
      },
    });
    transferTable.grantWrite(handler.executionRole, TRANSFER_PK.access);
    stores.grantResolve(handler.executionRole);
    api.serve(handler, TOKEN_ROUTES);
  }
}
