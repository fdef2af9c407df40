import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod';
import { transferRoles } from '../../../policies/transfer-schema';
import { canonicalJson } from '../../shared/canonical';
import type { PayloadContext } from '../ports';

/** Key of one transfer: for use, and wrapped under the key of its data's role. */
export interface DataKey {
  readonly plain: Uint8Array;
  readonly wrapped: Uint8Array;
}

/** Keys of transfers, bound to tenant, transfer and data role: KMS unwraps none for another. */
export interface DataKeys {
  make(context: PayloadContext): Promise<DataKey>;
  unwrap(wrapped: Uint8Array, context: PayloadContext): Promise<Uint8Array>;
}

const keyArns = z.partialRecord(z.enum(transferRoles), z.string().min(1));

/** @param arns JSON object, data role to the ARN of its key. @throws where it is none */
export function kmsDataKeys(kms: KMSClient, arns: string): DataKeys {
  const keys = keyArns.parse(JSON.parse(arns));
  const asked = (context: PayloadContext) => {
    const { tenantId, transferId, dataRole } = context;
    const KeyId = keys[dataRole];
    if (KeyId === undefined) throw new Error(`there is no key for payloads of role ${dataRole}`);
    return { KeyId, EncryptionContext: { tenantId, transferId, dataRole } };
  };
  return {
    async make(context) {
      const answer = await kms.send(new GenerateDataKeyCommand({ ...asked(context), KeySpec: 'AES_256' }));
      const { Plaintext: plain, CiphertextBlob: wrapped } = answer;
      if (plain?.length !== 32 || wrapped === undefined) throw new Error('KMS gave no key of 32 bytes');
      return { plain, wrapped };
    },
    async unwrap(wrapped, context) {
      const { Plaintext } = await kms.send(new DecryptCommand({ ...asked(context), CiphertextBlob: wrapped }));
      if (Plaintext?.length !== 32) throw new Error('KMS gave no key of 32 bytes');
      return Plaintext;
    },
  };
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What is encrypted, bound beside the context so that neither can stand for the other. */
type What = 'payload' | 'row';

/** IV, tag and ciphertext. The key is used for two messages, each with a random IV. */
export function encrypt(text: Uint8Array, key: Uint8Array, what: What, context: PayloadContext): Uint8Array {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(aad(what, context));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** @throws where it was changed, or belongs to something else */
export function decrypt(sealed: Uint8Array, key: Uint8Array, what: What, context: PayloadContext): Uint8Array {
  const body = IV_BYTES + TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(aad(what, context))
    .setAuthTag(sealed.subarray(IV_BYTES, body));
  return Buffer.concat([decipher.update(sealed.subarray(body)), decipher.final()]);
}

function aad(what: What, { tenantId, transferId, dataRole }: PayloadContext): Buffer {
  return Buffer.from(canonicalJson({ what, tenantId, transferId, dataRole }));
}
