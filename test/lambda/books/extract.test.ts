import fc from 'fast-check';
import { documentOf } from '../../../lambda/books/document';
import { extract } from '../../../lambda/books/extract';
import { invoiceRow, KIND, register, statutory } from './support';

const key = documentOf(invoiceRow.sk) ?? { kind: KIND, issuedOn: '', number: '' };
const cut = (item: Record<string, unknown>) => extract(item, key, register);

describe('an extract of an invoice', () => {
  it('keeps what the law names and drops the rest', () => {
    const { kept, keptFields, dropped, findings } = cut(invoiceRow);
    expect(Object.keys(kept).sort()).toEqual(keptFields.map(({ field }) => field).sort());
    expect(kept).toMatchObject({ recipientName: 'Mitali Sen', totalValue: 14160, reverseCharge: false });
    expect(JSON.stringify(kept)).not.toMatch(/example\.in|98300|calls after six/);
    expect(dropped).toBe(4);
    expect(findings).toEqual([]);
  });

  it('reports what the law demands and the row lacks, and makes nothing up', () => {
    const { supplierGstin: _, ...without } = invoiceRow;
    expect(cut(without).findings).toEqual([{ code: 'missing', field: 'supplierGstin' }]);
    expect(cut(without).kept).not.toHaveProperty('supplierGstin');
    expect(cut({ ...invoiceRow, recipientName: '' }).findings).toEqual([{ code: 'missing', field: 'recipientName' }]);
    expect(cut({ ...invoiceRow, recipientGstin: undefined }).findings).toEqual([]);
  });

  it('does not take over a nested value, which could hold anything', () => {
    const { kept, findings } = cut({ ...invoiceRow, description: { text: 'seats', email: 'a@example.in' } });
    expect(findings).toEqual([{ code: 'unreadable', field: 'description' }]);
    expect(kept).not.toHaveProperty('description');
  });

  it('reports a row that is another document than its key says', () => {
    expect(cut({ ...invoiceRow, invoiceDate: '2025-05-04' }).findings).toEqual([
      { code: 'not-as-key', field: 'invoiceDate' },
    ]);
  });

  it('never keeps anything outside the list, and nothing without a law', () => {
    const names = fc.oneof(fc.constantFrom(...statutory, 'email', 'toString', '__proto__', 'constructor'), fc.string());
    const values = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.anything());
    fc.assert(
      fc.property(fc.dictionary(names, values), (item) => {
        const { kept, keptFields, dropped } = cut(item);
        for (const name of Object.keys(kept)) {
          expect(statutory).toContain(name);
          expect(kept[name]).toBe(item[name]);
        }
        expect(keptFields.map(({ field }) => field).sort()).toEqual(Object.keys(kept).sort());
        for (const { citation } of keptFields) expect(citation.length).toBeGreaterThan(10);
        const own = Object.keys(item).filter((name) => name !== 'pk' && name !== 'sk');
        expect(dropped).toBe(own.length - Object.keys(kept).length);
      }),
    );
  });
});
