/** More public keys than a ledger ever had. */
export const MAX_KEYS = 16;

/** The public keys of a text, each as PEM. What stands between them is for people. */
export function pemBlocks(text: string): string[] {
  return text.match(/-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----/g) ?? [];
}
