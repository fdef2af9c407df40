import { generateKeyPairSync, sign } from 'node:crypto';
import { ecdsaKeyId, formatNote } from '../../../../lambda/ledger/note';
import { type LogKey, logKey } from '../../../../lambda/ledger/verify';

/** A key that signs checkpoints of one log, in this process alone. */
export function throwawayLogKey(keyName: string): { readonly key: LogKey; sign(text: string): string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyId = ecdsaKeyId(publicKey.export({ type: 'spki', format: 'der' }));
  return {
    key: logKey(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    sign(text) {
      const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'der' });
      return formatNote({ text, signatures: [{ keyName, keyId, signature }] });
    },
  };
}
