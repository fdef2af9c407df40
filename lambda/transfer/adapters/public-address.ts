import ipaddr from 'ipaddr.js';

/** All that is assigned for use on the internet: https://www.iana.org/assignments/ipv6-address-space */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address is one of the public internet: unicast, and in no block that is private, shared, local,
 * reserved, for documentation or benchmarks, or leads to IPv4 addresses by another name (RFC 6890). An IPv4 address
 * mapped into IPv6 counts as what it is. Whatever cannot be read is not public.
 */
export function isPublicAddress(text: string): boolean {
  // With a zone (fe80::1%eth0) it is local whatever it says.
  if (text.includes('%') || !ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv6' ? address.match(GLOBAL_UNICAST) : isWrittenOut(text, address.toString());
}

/** Four decimal numbers: 0177.0.0.1 or 2130706433 are read by some as one address and by others as another. */
function isWrittenOut(text: string, normal: string): boolean {
  return text === normal || text.includes(':');
}
