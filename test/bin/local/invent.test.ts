import { inventTenant } from '../../../bin/local/invent';
import { DEFAULT_VOLUME } from '../../../bin/local/seed';
import { Census } from '../../../lambda/anonymise/census';
import { documentDates, documentOf } from '../../../lambda/books/document';
import { extract } from '../../../lambda/books/extract';
import { opaqueId } from '../../../lambda/erasure/model';
import { SHARED } from '../../../lambda/shared/layout';
import { loadRegister } from '../../../policies/load';

const volume = { records: 120, files: 60, invoices: 4 };
const tenant = inventTenant('acme', volume, 1);

describe('invented data', () => {
  it('is the same for the same seed, and another for another seed or tenant', () => {
    expect(inventTenant('acme', volume, 1)).toEqual(tenant);
    expect(inventTenant('acme', volume, 2)).not.toEqual(tenant);
    expect(inventTenant('bharat', volume, 1).subjects).not.toEqual(tenant.subjects);
  });

  it('has the volume that was asked for', () => {
    const crm = tenant.rows.filter((row) => row.storeId === 'crm-records' && row.subjectId !== SHARED);
    expect(crm).toHaveLength(volume.records);
    expect(tenant.files.filter((file) => file.storeId === 'customer-files')).toHaveLength(volume.files);
  });

  it('plants a canary: one contact, who is in the exports as well', () => {
    const marker = loadRegister().monitoring.canary.marker;
    const named = tenant.rows.filter((row) => String(row.attributes.name).startsWith(marker));
    expect(named).toHaveLength(1);
    const exported = tenant.files.filter((file) => file.versions.some((text) => text.includes(marker)));
    expect(new Set(exported.map((file) => file.storeId))).toEqual(new Set(['exports']));
  });

  it('calls people by opaque ids that the API takes', () => {
    for (const id of [...tenant.subjects, ...tenant.users]) expect(opaqueId.safeParse(id).success).toBe(true);
    expect(new Set(tenant.subjects).size).toBe(tenant.subjects.length);
  });

  it('never says who a person is in a key', () => {
    const contact = tenant.rows.find((row) => row.rest === 'contact');
    const keys = [...tenant.rows, ...tenant.files].map((each) => `${each.subjectId}/${each.rest}`).join('\n');
    expect(keys).not.toContain(contact?.attributes.name);
    expect(keys).not.toContain('@');
  });

  it('has what an erasure must find: versions, deleted files, shared exports and keys beyond ASCII', () => {
    expect(tenant.files.some((file) => file.versions.length > 1)).toBe(true);
    expect(tenant.files.some((file) => file.deleted)).toBe(true);
    expect(tenant.files.some((file) => file.storeId === 'exports' && file.subjectId === SHARED)).toBe(true);
    expect(tenant.files.some((file) => /[^\x20-\x7e]/.test(file.rest))).toBe(true);
  });

  it('gives the first subject a row, a file, an export and the unfinished upload', () => {
    const [first] = tenant.subjects;
    expect(tenant.rows.some((row) => row.subjectId === first)).toBe(true);
    for (const storeId of ['customer-files', 'exports'])
      expect(tenant.files.some((file) => file.subjectId === first && file.storeId === storeId)).toBe(true);
    expect(tenant.upload.subjectId).toBe(first);
  });

  it('bills one user in two financial years, with all that the law names and contact details beside it', () => {
    const register = loadRegister();
    const invoices = tenant.rows.filter((row) => row.storeId === 'billing-records');
    expect(new Set(invoices.map((row) => row.subjectId))).toEqual(new Set([tenant.users[0]]));
    const years = invoices.map(({ subjectId, rest, attributes }) => {
      const document = documentOf(`${subjectId}#${rest}`);
      if (document === undefined) throw new Error(`${rest} is no document`);
      const { findings, dropped } = extract(attributes, document, register);
      expect(findings).toEqual([]);
      expect(dropped).toBeGreaterThanOrEqual(5);
      return documentDates(document.issuedOn, register)?.financialYearEnd;
    });
    expect(new Set(years)).toEqual(new Set(['2026-03-31', '2027-03-31']));
  });

  it('has users of whom some are alike enough to leave numbers behind, at the usual volume, and some are not', () => {
    const register = loadRegister();
    const [rule] = register.anonymise.rules;
    if (rule === undefined) throw new Error('no rule');
    const users = inventTenant('acme', DEFAULT_VOLUME, 1).rows.filter((row) => row.storeId === 'accounts');
    const census = new Census(rule, 'acme', register);
    for (const row of users) census.count(row);
    for (const row of users) census.check(row);
    expect(census.result()).toMatchObject({ rows: 13, fellBack: { 'too-few-alike': 4 } });
  });
});
