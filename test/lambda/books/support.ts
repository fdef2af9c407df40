import fc from 'fast-check';
import { compileRetention, type RetentionFacts } from '../../../lambda/retention/resolve';
import { loadRegister } from '../../../policies/load';

export const register = loadRegister();
export const resolve = compileRetention(register);
export const KIND = 'tax-invoice';

/** A person of a tenant asks in November 2026, unless changed. */
export function ask(change: Partial<RetentionFacts> = {}): RetentionFacts {
  return {
    dataRole: 'account',
    dataClass: 'billing-records',
    scope: 'subject',
    reason: 'subject-request',
    requestedAt: '2026-11-22T10:00:00.000Z',
    asOf: '2026-11-22T10:00:00.000Z',
    ...change,
  };
}

export const sortKey = (issuedOn: string, number = 'DC/26-27/0001') => `u-1#${KIND}#${issuedOn}#${number}`;

/** An invoice as the product stores it: what the law names, and more. */
export const invoiceRow = {
  pk: 't-1#03',
  sk: sortKey('2026-05-04'),
  supplierName: 'ICLT Softech Solutions',
  supplierAddress: 'Salt Lake, Kolkata',
  supplierGstin: '19AAAAA0000A1Z5',
  invoiceNumber: 'DC/26-27/0001',
  invoiceDate: '2026-05-04',
  recipientName: 'Mitali Sen',
  recipientAddress: 'Gariahat, Kolkata',
  recipientGstin: '19BBBBB0000B1Z5',
  hsnCode: '998314',
  description: 'DigiCRM subscription, 12 seats, May 2026',
  quantity: 12,
  totalValue: 14160,
  taxableValue: 12000,
  taxRate: 18,
  taxAmount: 2160,
  placeOfSupply: 'West Bengal',
  reverseCharge: false,
  billingEmail: 'mitali@example.in',
  mobile: '+91 98300 12345',
  note: 'Prefers calls after six.',
  contact: { name: 'Mitali' },
};

export const statutory = register.books.documents[0]?.fields.map((field) => field.name) ?? [];

const MS_PER_DAY = 86_400_000;
/** A calendar day between 2018 and 2045, leap days included. */
export const anyDay = fc
  .integer({ min: Date.parse('2018-01-01') / MS_PER_DAY, max: Date.parse('2045-12-31') / MS_PER_DAY })
  .map((day) => new Date(day * MS_PER_DAY).toISOString().slice(0, 10));
