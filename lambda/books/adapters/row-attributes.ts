import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * A row's attributes as plain values. A number that a JavaScript number cannot carry exactly stays as its text,
 * because an amount of an invoice must not change by a digit. What is nested or binary stays in DynamoDB's form.
 */
export function attributesOf(row: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

function plain(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.N === undefined) return value;
  const number = Number(value.N);
  return String(number) === value.N ? number : value.N;
}
