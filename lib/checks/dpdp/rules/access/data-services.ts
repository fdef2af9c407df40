/** Services that keep or carry data, or the keys to it, by the prefix of their actions. */
export const DATA_SERVICES = ['s3', 'dynamodb', 'kms', 'secretsmanager', 'sqs', 'kinesis', 'rds-data'];

/** Whether an action, with wildcards or without, is one of a service of data. */
export function isOfData(action: string): boolean {
  const [service = ''] = action.toLowerCase().split(':');
  return DATA_SERVICES.some((one) => patternOf(service).test(one));
}

/** What IAM's wildcards match. */
function patternOf(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replaceAll('?', '.')}$`);
}
