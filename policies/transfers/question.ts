import type { Processor } from '../schema';

/** What the policies of policies/transfers are asked. Everything about the processor is the register's. */
export interface PolicyQuestion {
  readonly tenantId: string;
  readonly tenantActive: boolean;
  readonly processor: Processor;
  readonly purpose: string;
  readonly commercial: boolean;
  readonly dataRole: string;
  readonly categories: readonly string[];
  readonly sensitive: boolean;
  readonly fields: readonly string[];
  readonly basis: string;
  readonly evidenced: boolean;
  /** Day in India as a number, e.g. 20261201. */
  readonly today: number;
  /** Last day of the contract, register and restrictions taken together; 0 where there is none. */
  readonly contractUntil: number;
  readonly restrictedCountries: readonly string[];
  readonly processorOpen: boolean;
  readonly dlt: boolean;
}
