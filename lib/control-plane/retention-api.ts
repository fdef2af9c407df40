import { Construct } from 'constructs';
import { RETENTION_ROUTES } from '../../lambda/retention/paths';
import { ENV } from '../../lambda/shared/names';
import { storesVariable } from '../data/inventory';
import type { ComplianceApi } from './compliance-api';
import { API_TIMEOUT, ComplianceFunction, type FunctionDefaults } from './compliance-function';
import type { ControlTable } from './control-table';

/** Properties of a RetentionApi. */
export interface RetentionApiProps {
  /** Where the routes are added. */
  readonly api: ComplianceApi;
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Terminations, holds and requests are read from it. */
  readonly table: ControlTable;
}

/** Answers what may be done with data on a day. Its role reads the control table and nothing else. */
export class RetentionApi extends Construct {
  constructor(scope: Construct, id: string, { api, defaults, table }: RetentionApiProps) {
    super(scope, id);
    const handler = new ComplianceFunction(this, 'Api', {
      ...defaults,
      entry: 'retention/api.handler.ts',
      description: 'Answers what may be done with data on a day, and by which rules',
      timeout: API_TIMEOUT,
      environment: {
        [ENV.controlTable]: table.tableName,
        [ENV.inventory]: storesVariable(this),
      },
    });
    table.grantRead(handler.executionRole);
    table.grantListByTenant(handler.executionRole);
    api.serve(handler, RETENTION_ROUTES);
  }
}
