import { Construct } from 'constructs';
import { LEDGER_ROUTES } from '../../lambda/ledger/paths';
import type { ComplianceApi } from './compliance-api';
import { API_TIMEOUT, ComplianceFunction, type FunctionDefaults } from './compliance-function';
import type { Ledger } from './ledger';

/** Properties of a LedgerApi. */
export interface LedgerApiProps {
  /** Where the routes are added. */
  readonly api: ComplianceApi;
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** What is read. */
  readonly ledger: Ledger;
}

/** Shows the ledger and proves what is in it. Its role reads the ledger and nothing else. */
export class LedgerApi extends Construct {
  constructor(scope: Construct, id: string, { api, defaults, ledger }: LedgerApiProps) {
    super(scope, id);
    const handler = new ComplianceFunction(this, 'Api', {
      ...defaults,
      entry: 'ledger/api.handler.ts',
      description: 'Shows the ledger, and proves what is in it',
      timeout: API_TIMEOUT,
    });
    ledger.letProve(handler);
    api.serve(handler, LEDGER_ROUTES);
  }
}
