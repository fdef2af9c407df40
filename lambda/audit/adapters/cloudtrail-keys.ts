import { type CloudTrailClient, paginateListPublicKeys } from '@aws-sdk/client-cloudtrail';
import type { PublicKeys } from '../ports';

/** Keys from CloudTrail, which gives out those of its own Region alone; the functions' network reaches no other. */
export function cloudTrailKeys(client: CloudTrailClient): PublicKeys {
  return {
    async of(region, from, to) {
      if (region !== (await client.config.region())) return undefined;
      const keys = new Map<string, Uint8Array>();
      for await (const page of paginateListPublicKeys({ client }, { StartTime: from, EndTime: to }))
        for (const { Fingerprint, Value } of page.PublicKeyList ?? [])
          if (Fingerprint && Value) keys.set(Fingerprint, Value);
      return keys;
    },
  };
}
