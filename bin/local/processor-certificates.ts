import { generate } from 'selfsigned';

/** Key and certificate of a server, as PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Issues the certificates of servers on this computer; its key lives in memory only. */
export interface CertificateAuthority {
  /** PEM of the certificate that clients have to trust. */
  readonly ca: string;
  /** @param days from now until it lapses; negative for one that has lapsed */
  issue(host: string, days?: number): Promise<ServerCertificate>;
}

const DAY_MS = 86_400_000;
const EC = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

export async function certificateAuthority(): Promise<CertificateAuthority> {
  const root = await generate([{ name: 'commonName', value: 'Processors of this computer' }], {
    ...EC,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    ca: root.cert,
    async issue(host, days = 30) {
      const now = Date.now();
      const { private: key, cert } = await generate([{ name: 'commonName', value: host }], {
        ...EC,
        notBeforeDate: new Date(now - 2 * DAY_MS),
        notAfterDate: new Date(now + days * DAY_MS),
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
        ],
        ca: { key: root.private, cert: root.cert },
      });
      return { key, cert };
    },
  };
}
