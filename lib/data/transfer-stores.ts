import type { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { TOKEN_INDEX } from '../../lambda/shared/names';
import type { DataKey } from '../keys/data-key';
import { PersonalDataTable } from './personal-data-table';

/** Properties of TransferStores. */
export interface TransferStoresProps {
  /** Keys under which payloads are sealed, by the role of their data; the first also encrypts both tables. */
  readonly keys: { readonly tenant: DataKey; readonly account: DataKey };
}

/** Attribute with the second at which a payload that nobody took goes by itself. */
export const PAYLOAD_TTL = 'expiresAt';

/** What is on its way to processors, and what stands behind the virtual tokens that they have instead of names. */
export class TransferStores extends Construct {
  /** Sealed payloads, each gone when it was delivered. */
  readonly payloads: PersonalDataTable;
  /** What each virtual token stands for. */
  readonly tokens: PersonalDataTable;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TransferStoresProps,
  ) {
    super(scope, id);
    this.payloads = new PersonalDataTable(this, 'Payloads', {
      storeId: 'transfer-payloads',
      dataRole: 'tenant',
      dataClass: 'transfer-payloads',
      purpose: 'What is on its way to a processor, sealed, for the hours until it is delivered.',
      key: props.keys.tenant,
      timeToLiveAttribute: PAYLOAD_TTL,
      withoutRecovery:
        'A payload lives for hours and is dropped on delivery: a table that could be put back would keep for 35 days what went out a second ago. What is lost with it, the CRM sends again.',
    });
    this.tokens = new PersonalDataTable(this, 'Tokens', {
      storeId: 'token-vault',
      dataRole: 'tenant',
      dataClass: 'virtual-tokens',
      purpose: 'What a virtual token stands for that a processor has instead of a name, an e-mail address or a number.',
      key: props.keys.tenant,
      index: TOKEN_INDEX,
    });
  }

  /** ARN of the key that seals payloads, by the role of their data. */
  get keyArns(): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(this.props.keys).map(([role, { key }]) => [role, key.keyArn]));
  }

  /** Lets the role put payloads here, and take back one that nobody needs. It can read none. */
  grantDeposit(role: Role): void {
    this.payloads.grantRows(role, 'PutItem', 'DeleteItem');
    for (const key of Object.values(this.props.keys)) key.grantSeal(role);
  }

  /** Lets the role take payloads out and drop them. It can put none here. */
  grantCollect(role: Role): void {
    this.payloads.grantRows(role, 'GetItem', 'DeleteItem');
    for (const key of Object.values(this.props.keys)) key.grantOpen(role);
  }

  /** Lets the role make tokens, the same one for the same value. */
  grantIssue(role: Role): void {
    this.tokens.grantRows(role, 'GetItem', 'PutItem');
  }

  /** Lets the role turn a token back. It can list nothing, and write nothing. */
  grantResolve(role: Role): void {
    this.tokens.grantFind(role, TOKEN_INDEX.name);
    this.tokens.grantRows(role, 'GetItem');
  }
}
