import { GetObjectCommand, ListBucketsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { publicKeyPem } from '../../bin/local/public-key';
import { seedData } from '../../bin/local/seed';
import { bookEntrySchema } from '../../lambda/books/book-entry';
import { verifyCertificate } from '../../lambda/certificate/verify';
import { apiFor, eraseToTheEnd } from './support/api';
import { scanTable } from './support/by-hand';
import { awsClients } from './support/clients';
import { storeNamed, testCloud } from './support/cloud';

const cloud = testCloud();
const api = apiFor(cloud);
const TENANT = 'ledger-traders';

describe('erasing a person who was billed', () => {
  it('takes her away, keeps what GST law names of her invoices under lock, and certifies section 36 and the end', async () => {
    const { tenants } = await seedData(cloud, { tenants: [TENANT], records: 60, files: 4, invoices: 4 });
    const subjectId = tenants[0]?.users[0] ?? '';

    const view = await eraseToTheEnd(api, { tenantId: TENANT, subjectId });

    expect(view.status).toBe('deferred');
    for (const storeId of ['accounts', 'billing-records']) {
      const rows = await scanTable(cloud, storeNamed(cloud, storeId).name);
      expect(rows.filter(({ sk }) => sk?.S?.startsWith(`${subjectId}#`))).toEqual([]);
    }

    const documents = await booksOf(TENANT);
    expect(documents.map(({ until, lockedUntil }) => [until, lockedUntil])).toEqual([
      ['2034-04-01', '2034-03-31T18:30:00.000Z'],
      ['2034-04-01', '2034-03-31T18:30:00.000Z'],
      ['2035-04-01', '2035-03-31T18:30:00.000Z'],
      ['2035-04-01', '2035-03-31T18:30:00.000Z'],
    ]);
    for (const { fields, text } of documents) {
      expect(fields).toEqual(expect.arrayContaining(['recipientName', 'invoiceNumber', 'taxAmount']));
      expect(text).not.toMatch(/@example\.in|billingContact|paymentReference|note/);
    }

    const verdict = verifyCertificate(Buffer.from(await api.certificate(view.requestId)), await publicKeyPem(cloud));
    if (!verdict.ok) throw new Error(verdict.reason);
    const books = verdict.certificate.retained.find(({ into }) => into === 'books');
    expect(books).toMatchObject({ storeId: 'billing-records', freeOn: '2034-04-01', until: '2035-04-01' });
    expect(books?.law).toContainEqual(
      expect.objectContaining({ citation: 'CGST Act 2017, s.36', effect: expect.stringContaining('2033-12-31') }),
    );
    expect(books?.keptFields).toContainEqual({
      field: 'recipientName',
      citation: expect.stringContaining('CGST Act 2017, s.36'),
    });
  });
});

/** Documents of a tenant in the books, by the end of their locks. */
async function booksOf(tenantId: string) {
  const { s3 } = awsClients(cloud);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const Bucket = Buckets.find(({ Name }) => Name?.includes('books'))?.Name;
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: `${tenantId}/` }));
  const documents = await Promise.all(
    Versions.map(async ({ Key, VersionId }) => {
      const found = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      const text = (await found.Body?.transformToString()) ?? '';
      const { until, fields } = bookEntrySchema.parse(JSON.parse(text));
      const lockedUntil = found.ObjectLockRetainUntilDate?.toISOString();
      return { until, lockedUntil, text, fields: fields.map(({ field }) => field) };
    }),
  );
  return documents.sort((a, b) => (a.until < b.until ? -1 : 1));
}
