import type { Construct } from 'constructs';
import { ERASURE_ROUTES } from '../../lambda/erasure/paths';
import { ENV, PK } from '../../lambda/shared/names';
import type { ComplianceApi } from './compliance-api';
import { API_TIMEOUT, ComplianceFunction, type FunctionDefaults } from './compliance-function';
import type { ControlTable } from './control-table';
import type { WorkQueue } from './work-queue';

/** Properties of an ErasureApi. */
export interface ErasureApiProps {
  /** Where the routes are added. */
  readonly api: ComplianceApi;
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Where requests are kept. */
  readonly table: ControlTable;
  /** Where the erasure engine hears that there is something to do. */
  readonly recordQueue: WorkQueue;
}

/** Takes requests for erasure and shows what became of them; also answers where no route is. Reaches no store. */
export class ErasureApi extends ComplianceFunction {
  constructor(scope: Construct, id: string, { api, defaults, table, recordQueue }: ErasureApiProps) {
    super(scope, id, {
      ...defaults,
      entry: 'erasure/api.handler.ts',
      description: 'Answers the calls of the erasure API',
      timeout: API_TIMEOUT,
      environment: { [ENV.controlTable]: table.tableName, [ENV.recordQueueUrl]: recordQueue.url },
    });
    const role = this.executionRole;
    table.grantRead(role);
    table.grantListByTenant(role);
    table.grantWrite(role, PK.request, PK.idempotency, PK.line);
    recordQueue.grantSend(role);
    api.serve(this, ERASURE_ROUTES);
    api.serveElsewhere(this);
  }
}
