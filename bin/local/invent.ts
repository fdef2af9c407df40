import { base, en, en_IN, Faker } from '@faker-js/faker';
import { SHARED } from '../../lambda/shared/layout';
import { loadRegister } from '../../policies/load';

/** How much to invent for one tenant. */
export interface Volume {
  /** Rows of CRM records. */
  readonly records: number;
  /** Invoices to the user who pays, at most four. They keep an erasure from being completed for years. @default 0 */
  readonly invoices?: number;
  /** Files; some of them get several versions. */
  readonly files: number;
}

/** A row of a table, without its key attributes. */
export interface InventedRow {
  readonly storeId: string;
  readonly subjectId: string;
  /** Rest of the sort key, e.g. `contact` or `activity#0007`. */
  readonly rest: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** A file with all its versions, oldest first. */
export interface InventedFile {
  readonly storeId: string;
  readonly subjectId: string;
  readonly rest: string;
  readonly contentType: string;
  readonly versions: readonly string[];
  /** The user has deleted it, so that a delete marker lies on top. */
  readonly deleted: boolean;
}

/** Everything that one tenant has. */
export interface InventedTenant {
  readonly tenantId: string;
  /** Customers of the tenant. */
  readonly subjects: readonly string[];
  /** People who sign in for the tenant. */
  readonly users: readonly string[];
  readonly rows: readonly InventedRow[];
  readonly files: readonly InventedFile[];
  /** An upload that was begun and never finished. */
  readonly upload: Omit<InventedFile, 'versions' | 'deleted'>;
}

const ROWS_PER_SUBJECT = 8;
const STAGES = ['new', 'contacted', 'site visit', 'quotation sent', 'negotiation', 'won', 'lost'];
const SOURCES = ['IndiaMART', 'JustDial', 'walk-in', 'referral', 'trade fair', 'website', 'WhatsApp'];
const DOCUMENTS = [
  'quotation.pdf',
  'purchase order.pdf',
  'GST certificate.pdf',
  'मूल्य सूची.pdf',
  'চুক্তিপত্র.txt',
  'call.txt',
];
const NOTES = [
  'Asked for a discount on the second order; call back after Diwali.',
  'Wants delivery to the godown and an invoice with the GSTIN.',
  'Site visit done, measurements taken, sample approved.',
  'Payment by UPI promised by Friday; send a reminder on WhatsApp.',
];

/** Days of issue in the financial years 2025-26 and 2026-27. */
const INVOICE_DAYS = ['2025-07-05', '2026-01-05', '2026-04-05', '2026-06-05'];
const SUBSCRIPTIONS = [
  { plan: 'growth', state: 'West Bengal' },
  { plan: 'starter', state: 'Karnataka' },
  { plan: 'enterprise', state: 'Maharashtra' },
];
const PRICE_OF_A_SEAT = 1_000;
const GST_PERCENT = 18;

/** Numbers of a text, so that each tenant has its own data whatever the order. */
function seedOf(text: string, seed: number): number {
  return [...text].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0, seed);
}

/** Name of a contact that must turn up in no log (docs/runbooks/canary.md). */
function canaryOf(tenantId: string, seed: number): string {
  return `${loadRegister().monitoring.canary.marker}-${seedOf(tenantId, seed).toString(16).padStart(8, '0')}`;
}

/** Invents the data of one tenant. The same id, volume and seed always give the same data. */
export function inventTenant(tenantId: string, volume: Volume, seed: number): InventedTenant {
  const faker = new Faker({ locale: [en_IN, en, base] });
  faker.seed(seedOf(tenantId, seed));
  // Times lie before a fixed day, so that they do not depend on when this runs.
  faker.setDefaultRefDate('2026-06-30T12:00:00.000Z');

  const opaque = (prefix: string) =>
    `${prefix}-${faker.string.hexadecimal({ length: 12, casing: 'lower', prefix: '' })}`;
  const subjects = faker.helpers.uniqueArray(
    () => opaque('c'),
    Math.max(2, Math.ceil(volume.records / ROWS_PER_SUBJECT)),
  );
  const users = faker.helpers.uniqueArray(() => opaque('u'), Math.max(2, Math.ceil(volume.records / 60)));
  const subjectAt = (index: number) => subjects[index % subjects.length] ?? '';

  const contacts = new Map(subjects.map((subjectId) => [subjectId, inventContact(faker)]));
  const [first] = contacts.values();
  if (first !== undefined) first.name = canaryOf(tenantId, seed);
  const rows: InventedRow[] = [...contacts].map(([subjectId, attributes]) => ({
    storeId: 'crm-records',
    subjectId,
    rest: 'contact',
    attributes,
  }));
  for (let i = 0; rows.length < volume.records; i++) rows.push(inventRow(faker, subjectAt(i), i));
  rows.push({
    storeId: 'crm-records',
    subjectId: SHARED,
    rest: 'settings',
    attributes: { kind: 'settings', currency: 'INR', financialYearStart: '04-01', pipeline: STAGES.join(' > ') },
  });
  const subscription = SUBSCRIPTIONS[seedOf(tenantId, seed) % SUBSCRIPTIONS.length];
  for (const [index, userId] of users.entries())
    rows.push(inventUser(faker, userId, index, { ...subscription, seats: users.length }));

  const files: InventedFile[] = [];
  for (let i = 0; i < volume.files; i++) files.push(inventFile(faker, subjectAt(i), i));
  for (const [index, subjectId] of subjects.entries())
    if (index % 10 === 0) files.push(inventExport(faker, subjectId, [contacts.get(subjectId) ?? {}]));
  for (let i = 0; i < 3; i++) files.push(inventExport(faker, SHARED, [...contacts.values()], i));

  rows.push(...inventInvoices(faker, users[0] ?? '').slice(0, volume.invoices ?? 0));

  const upload = {
    storeId: 'customer-files',
    subjectId: subjectAt(0),
    rest: 'uploads/site video.mp4',
    contentType: 'video/mp4',
  };
  return { tenantId, subjects, users, rows, files, upload };
}

function inventContact(faker: Faker): Record<string, string> {
  const firstName = faker.person.firstName();
  const lastName = faker.person.lastName();
  return {
    kind: 'contact',
    name: `${firstName} ${lastName}`,
    email: faker.internet.email({ firstName, lastName, provider: 'example.in' }).toLowerCase(),
    mobile: faker.phone.number(),
    company: faker.company.name(),
    address: `${faker.location.streetAddress()}, ${faker.location.city()}, ${faker.location.state()} ${faker.location.zipCode()}`,
    pan: faker.helpers.fromRegExp('[A-Z]{3}P[A-Z][0-9]{4}[A-Z]'),
    source: faker.helpers.arrayElement(SOURCES),
    createdAt: faker.date.past({ years: 3 }).toISOString(),
  };
}

function inventRow(faker: Faker, subjectId: string, index: number): InventedRow {
  const kind = faker.helpers.weightedArrayElement([
    { weight: 5, value: 'activity' },
    { weight: 2, value: 'lead' },
    { weight: 1, value: 'deal' },
  ]);
  const at = faker.date.past({ years: 2 }).toISOString();
  const number = String(index).padStart(6, '0');
  const common = { kind, at, note: faker.helpers.arrayElement(NOTES), by: faker.person.fullName() };
  const own: Record<string, string | number> =
    kind === 'activity'
      ? { channel: faker.helpers.arrayElement(['call', 'e-mail', 'WhatsApp', 'meeting']) }
      : { stage: faker.helpers.arrayElement(STAGES), amountInr: faker.number.int({ min: 5_000, max: 2_500_000 }) };
  return { storeId: 'crm-records', subjectId, rest: `${kind}#${number}`, attributes: { ...common, ...own } };
}

function inventUser(
  faker: Faker,
  userId: string,
  index: number,
  subscription: Readonly<Record<string, string | number>>,
): InventedRow {
  const name = faker.person.fullName();
  return {
    storeId: 'accounts',
    subjectId: userId,
    rest: 'user',
    attributes: {
      kind: 'user',
      name,
      email: faker.internet.email({ provider: 'example.in' }).toLowerCase(),
      mobile: faker.phone.number(),
      role: index === 0 ? 'tenant-admin' : faker.helpers.arrayElement(['sales', 'support', 'accounts']),
      lastSignInAt: faker.date.recent({ days: 60 }).toISOString(),
      // Every fourth joined a year after the others.
      signedUpAt: `${index % 4 === 3 ? 2025 : 2024}-04-0${(index % 9) + 1}T05:00:00.000Z`,
      ...subscription,
    },
  };
}

/** Invoices of two financial years to the user who pays: the fields that the law names, and others. */
function inventInvoices(faker: Faker, userId: string): InventedRow[] {
  const recipientName = faker.company.name();
  const billing = {
    recipientName,
    recipientAddress: `${faker.location.streetAddress()}, ${faker.location.city()} ${faker.location.zipCode()}`,
    recipientGstin: faker.helpers.fromRegExp('19[A-Z]{5}[0-9]{4}[A-Z]1Z[0-9]'),
    billingContact: faker.person.fullName(),
    billingEmail: faker.internet.email({ provider: 'example.in' }).toLowerCase(),
    mobile: faker.phone.number(),
  };
  return INVOICE_DAYS.map((day, index) => {
    const seats = faker.number.int({ min: 3, max: 40 });
    const taxableValue = seats * PRICE_OF_A_SEAT;
    const taxAmount = (taxableValue * GST_PERCENT) / 100;
    const invoiceNumber = `DC/${day.slice(2, 4)}/${String(index + 1).padStart(5, '0')}`;
    return {
      storeId: 'billing-records',
      subjectId: userId,
      rest: `tax-invoice#${day}#${invoiceNumber}`,
      attributes: {
        kind: 'tax-invoice',
        supplierName: 'ICLT Softech Solutions',
        supplierAddress: 'Kolkata, West Bengal',
        supplierGstin: '19AAAAA0000A1Z5',
        invoiceNumber,
        invoiceDate: day,
        ...billing,
        hsnCode: '998314',
        description: `DigiCRM subscription, ${seats} seats`,
        quantity: seats,
        taxableValue,
        taxRate: GST_PERCENT,
        taxAmount,
        totalValue: taxableValue + taxAmount,
        placeOfSupply: 'West Bengal (19)',
        reverseCharge: false,
        paymentReference: faker.string.alphanumeric(16),
        note: faker.helpers.arrayElement(NOTES),
      },
    };
  });
}

function inventFile(faker: Faker, subjectId: string, index: number): InventedFile {
  const name = faker.helpers.arrayElement(DOCUMENTS);
  const versions = faker.helpers.weightedArrayElement([
    { weight: 6, value: 1 },
    { weight: 3, value: 2 },
    { weight: 1, value: 4 },
  ]);
  const isPdf = name.endsWith('.pdf');
  const text = () => `${isPdf ? '%PDF-1.7\n' : ''}${faker.person.fullName()}\n${faker.lorem.paragraphs(4)}\n`;
  return {
    storeId: 'customer-files',
    subjectId,
    rest: `${String(index).padStart(5, '0')} ${name}`,
    contentType: isPdf ? 'application/pdf' : 'text/plain; charset=utf-8',
    versions: Array.from({ length: versions }, text),
    deleted: faker.number.int({ max: 9 }) === 0,
  };
}

function inventExport(
  faker: Faker,
  subjectId: string,
  contacts: readonly Readonly<Record<string, string>>[],
  index = 0,
): InventedFile {
  const day = faker.date.recent({ days: 20 }).toISOString().slice(0, 10);
  const lines = contacts.map(({ name, email, mobile }) => [name, email, mobile].join(','));
  return {
    storeId: 'exports',
    subjectId,
    rest: `contacts-${day}-${index}.csv`,
    contentType: 'text/csv; charset=utf-8',
    versions: [['name,email,mobile', ...lines, ''].join('\n')],
    deleted: false,
  };
}
