import { condensed, parseInventory, parseKeepers, type Store } from '../../../lambda/shared/inventory';

const FILES: Store = {
  id: 'customer-files',
  kind: 's3',
  name: 'data-prod-customer-files',
  region: 'ap-south-1',
  dataRole: 'tenant',
  dataClass: 'customer-files',
  shards: 16,
  objectLock: true,
  subjectErasure: 'own',
  recovery: 'restorable',
  documents: null,
};
const ROWS: Store = { ...FILES, id: 'crm-records', kind: 'dynamodb', name: 'records', objectLock: false };
const INVOICES: Store = { ...ROWS, id: 'billing-records', name: 'invoices', documents: 'tax-invoice' };
const COPIES: Store = { ...FILES, id: 'replica', region: 'ap-south-2', replicaOf: 'customer-files' };

describe('stores in the environment of a function', () => {
  const stores = [FILES, ROWS, INVOICES, COPIES];
  const short = JSON.stringify(condensed(Object.fromEntries(stores.map((store, i) => [`${i}`, store]))));

  it('are the same stores, in the same order, once they are parsed', () => {
    expect(parseInventory(short)).toEqual(stores);
  });

  it('are so too where one differs from the others in everything', () => {
    const odd: Store = { ...COPIES, shards: 4, subjectErasure: 'own-and-shared', recovery: 'copy', documents: 'x' };
    const json = JSON.stringify(condensed({ a: odd, b: FILES, c: ROWS }));
    expect(parseInventory(json)).toEqual([odd, FILES, ROWS]);
  });

  it('take less space', () => {
    expect(short.length).toBeLessThan(JSON.stringify(stores).length * 0.75);
  });

  it('can be written out as well', () => {
    expect(parseInventory(JSON.stringify(stores))).toEqual(stores);
  });

  it.each([
    '[]',
    '{}',
    '{"common":{},"stores":{}}',
    '{"common":{},"stores":{"0":{"id":"customer-files"}}}',
    '7',
    '"x"',
  ])('are refused where they are %s', (json) => {
    expect(() => parseInventory(json)).toThrow();
  });

  it('are refused with a field that nobody knows', () => {
    expect(() => parseInventory(JSON.stringify(condensed({ a: { ...FILES, more: 1 } as Store })))).toThrow();
  });

  it('are kept by name where they are keepers', () => {
    const keeper = <K extends Store['kind']>(kind: K) => ({ ...FILES, kind, keyArn: 'arn:aws:kms:ap-south-1:1:key/1' });
    const keepers = {
      vaultBucket: keeper('s3'),
      vaultTable: keeper('dynamodb'),
      books: { ...keeper('s3'), lockMode: 'COMPLIANCE' },
    };
    expect(parseKeepers(JSON.stringify(condensed(keepers)))).toEqual(keepers);
  });
});
