import type { Conditions, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Store } from '../../lambda/shared/inventory';
import { allowKeyUse, useByTaggedRoles } from './key-policy';

/**
 * Payloads of transfers are encrypted under the key of their data's role before they are stored (envelope
 * encryption): whoever may read the store, and DynamoDB for him, cannot read them.
 */

/** Tags of the roles that seal payloads and of those that open them; no role has both. */
export const ENVELOPE = { seals: 'digicrm:envelope-sealer', opens: 'digicrm:envelope-opener' } as const;

const SEAL = ['kms:GenerateDataKey'];
const OPEN = ['kms:Decrypt'];

/** What a key's policy says about them. */
export function envelopeUse(dataRole: Store['dataRole']): PolicyStatement[] {
  const bound = boundTo(dataRole);
  return [
    useByTaggedRoles(ENVELOPE.seals, SEAL, bound, 'TaggedRolesSealPayloads'),
    useByTaggedRoles(ENVELOPE.opens, OPEN, bound, 'TaggedRolesOpenPayloads'),
  ];
}

/** Gives a role what it takes to seal payloads, and no way to open any. */
export function allowSealing(role: Role, keyArn: string, dataRole: Store['dataRole']): void {
  allowKeyUse(role, ENVELOPE.seals, keyArn, SEAL, boundTo(dataRole));
}

/** Gives a role what it takes to open payloads, and no way to seal any. */
export function allowOpening(role: Role, keyArn: string, dataRole: Store['dataRole']): void {
  allowKeyUse(role, ENVELOPE.opens, keyArn, OPEN, boundTo(dataRole));
}

/** Called directly, for one transfer of one tenant, whose data has this role: bound to these three, so that no payload opens as another's. */
function boundTo(dataRole: string): Conditions {
  return {
    StringEquals: { 'kms:EncryptionContext:dataRole': dataRole },
    'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['tenantId', 'transferId', 'dataRole'] },
    Null: {
      'kms:EncryptionContext:tenantId': 'false',
      'kms:EncryptionContext:transferId': 'false',
      'kms:ViaService': 'true',
    },
  };
}
