/** Where each source writes: prefixes of the log archive, and of the configuration history. */
export const LOG_PREFIX = {
  trail: 'cloudtrail',
  flowLogs: 'vpc-flow-logs',
  dnsQueries: 'dns-query-logs',
  firewall: 'network-firewall',
  config: 'config',
} as const;
