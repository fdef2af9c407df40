import fc from 'fast-check';
import { newToken, TOKEN_PATTERN } from '../../../lambda/tokens/forms';
import { MAX_VALUE, NotTokenisableError } from '../../../lambda/tokens/issue';
import { tokens } from './support';

const PRIYA = { tenantId: 'acme', subjectId: 'p-1', field: 'name', value: 'Priya Sen' };
const VALUES = { name: 'Priya Sen', email: 'priya.sen@example.in', phone: '+919830012345' };

describe('a virtual token', () => {
  it('is the same for one tenant, person, field and value, and for nothing else', async () => {
    const { issuer } = tokens();
    const token = await issuer.issue(PRIYA);
    expect(await issuer.issue({ ...PRIYA })).toBe(token);
    for (const other of [
      { tenantId: 'bravo' },
      { subjectId: 'p-2' },
      { field: 'email' },
      { value: 'priya sen' },
      { value: 'Priya  Sen' },
    ])
      expect(await issuer.issue({ ...PRIYA, ...other })).not.toBe(token);
  });

  it.each(Object.keys(VALUES))('has the shape of its field: %s', (field) => {
    const forms: Record<string, RegExp> = {
      name: /^Person-[a-z0-9]{26}$/,
      email: /^t-[a-z0-9]{26}@token\.digicrm\.invalid$/,
      // More digits than the fifteen that a number can have.
      phone: /^\+999[0-9]{38}$/,
    };
    expect(newToken(field)).toMatch(forms[field] ?? /never/);
    expect(newToken(`billing.${field}`)).toMatch(forms[field] ?? /never/);
    expect(newToken(field)).toMatch(TOKEN_PATTERN);
  });

  it('has a shape of its own for other fields, whatever they are called', () => {
    for (const field of ['healthNote', 'constructor', 'toString'])
      expect(newToken(field)).toMatch(/^Token-[a-z0-9]{26}$/);
    expect(newToken('healthNote')).toMatch(TOKEN_PATTERN);
  });

  it('is never taken for what it stands for', () => {
    for (const value of [...Object.values(VALUES), 'Person-1', 'Token-abc', '+999123456789'])
      expect(value).not.toMatch(TOKEN_PATTERN);
  });

  it('leaves no value in a key, and no hash that could be made without the key', async () => {
    const { issuer, vault } = tokens();
    await issuer.issue(PRIYA);
    const [row] = vault.rows.values();
    expect(row).toMatchObject({ pk: expect.stringMatching(/^acme#0\d$/), value: 'Priya Sen' });
    expect(row?.sk).toMatch(/^p-1#token#name#[0-9a-f]{64}$/);
    const others = tokens();
    await others.issuer.issue({ ...PRIYA, tenantId: 'bravo' });
    const [other] = others.vault.rows.values();
    expect(other?.sk).not.toBe(row?.sk);
  });

  it('is one for those that ask for it at once', async () => {
    const { issuer, vault } = tokens();
    const issued = await Promise.all(Array.from({ length: 20 }, () => issuer.issue(PRIYA)));
    expect(new Set(issued).size).toBe(1);
    expect(vault.rows.size).toBe(1);
  });

  it('is another one once the person was erased', async () => {
    const { issuer, vault } = tokens();
    const before = await issuer.issue(PRIYA);
    vault.erase('acme', 'p-1');
    expect(await issuer.issue(PRIYA)).not.toBe(before);
  });

  it.each([
    ['of a field that tokens do not exist for', { field: 'amount' }],
    ['that is empty', { value: '' }],
    ['that is too long', { value: 'a'.repeat(MAX_VALUE + 1) }],
    ['that could not be given back', { value: 'Priya \ud800' }],
  ])('is refused for a value %s, in words that do not show it', async (_what, change) => {
    const { issuer, vault } = tokens();
    const refused = issuer.issue({ ...PRIYA, ...change });
    await expect(refused).rejects.toThrow(NotTokenisableError);
    await expect(refused).rejects.toThrow('the value cannot be replaced by a token');
    expect(vault.rows.size).toBe(0);
  });

  it('is never shared by two tenants, people, fields or values', async () => {
    const of = fc.record({
      tenantId: fc.constantFrom('acme', 'acme-2', 'a'),
      subjectId: fc.constantFrom('p-1', 'p-10', '1'),
      field: fc.constantFrom('name', 'email', 'phone'),
      value: fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(of, { minLength: 1, maxLength: 30 }), async (all) => {
        const { issuer } = tokens();
        const askedBy = new Map<string, string>();
        for (const each of all) {
          const token = await issuer.issue(each);
          const who = JSON.stringify([each.tenantId, each.subjectId, each.field, each.value]);
          expect(askedBy.get(token) ?? who).toBe(who);
          askedBy.set(token, who);
        }
        expect(askedBy.size).toBe(new Set(askedBy.values()).size);
      }),
      { numRuns: 60 },
    );
  });
});
