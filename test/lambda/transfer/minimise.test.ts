import fc from 'fast-check';
import {
  fieldsOf,
  type Json,
  type JsonObject,
  type MinimiseContext,
  minimise,
} from '../../../lambda/transfer/minimise';
import type { FieldRule, Transfers } from '../../../policies/schema';
import { words as registered } from './support/rules';

/** The register's words, and some fields in lists and objects, for which it has no example yet. */
const words: Transfers = {
  ...registered,
  fields: [
    ...registered.fields,
    ...['billing.city', 'billing.zip', 'recipients.phone', 'recipients.name', 'tags', 'constructor'].map((name) => ({
      name,
      category: 'contact',
    })),
  ],
};

const context: MinimiseContext = {
  tenantId: 'tenant-1',
  subjectId: 'subject-1',
  words,
  tokens: { issue: async ({ tenantId, subjectId, field }) => `token-${tenantId}-${subjectId}-${field}` },
  hasher: { hash: async ({ tenantId, field, value }) => `hash-${tenantId}-${field}-${value.length}` },
};

const rule = (name: string, change: Partial<FieldRule> = {}): FieldRule => ({ name, transform: 'keep', ...change });
const minimised = (payload: JsonObject, ...contract: FieldRule[]) => minimise(payload, contract, context);

describe('what a payload holds', () => {
  it('is named where the register knows it, and counted where it does not', () => {
    const payload: JsonObject = {
      phone: '1',
      billing: { city: 'Kolkata', caste: 'x' },
      list: [{ a: 1 }, { a: 2, b: [] }],
      note: null,
    };
    expect(fieldsOf(payload, words)).toEqual({ fields: ['billing.city', 'phone'], unknown: 4 });
  });

  it('has the path of its list where it stands in one', () => {
    const payload: JsonObject = { recipients: [{ phone: '1' }, { phone: '2', name: 'A' }], tags: ['a', ['b']] };
    expect(fieldsOf(payload, words)).toEqual({ fields: ['recipients.name', 'recipients.phone', 'tags'], unknown: 0 });
  });

  it('is not taken for a field in an object because of a dot in its name', () => {
    expect(fieldsOf({ 'billing.city': 'Kolkata' }, words)).toEqual({ fields: [], unknown: 1 });
  });

  it('may be called like a property of every object', () => {
    const payload = JSON.parse('{"__proto__": {"phone": "1"}, "toString": "x", "constructor": "y"}') as JsonObject;
    expect(fieldsOf(payload, words)).toEqual({ fields: ['constructor'], unknown: 2 });
  });

  it('is looked at as one thing below some depth', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`) as JsonObject;
    expect(fieldsOf(deep, words)).toEqual({ fields: [], unknown: 1 });
    const nested = JSON.parse(`{"phone":${'['.repeat(5_000)}1${']'.repeat(5_000)}}`) as JsonObject;
    expect(fieldsOf(nested, words)).toEqual({ fields: ['phone'], unknown: 0 });
  });

  it('is refused where it is more than anybody sends', () => {
    expect(() => fieldsOf({ tags: Array<string>(2_001).fill('x') }, words)).toThrow(
      expect.objectContaining({ status: 422, detail: 'Send at most 2,000 values in a payload, or split it.' }),
    );
    expect(fieldsOf({ tags: Array<string>(2_000).fill('x') }, words).fields).toEqual(['tags']);
  });
});

describe('a minimised payload', () => {
  it('has the declared fields alone, and says what was stripped without the names that nobody registered', async () => {
    const payload = {
      phone: '+919800000001',
      name: 'Meera Iyer',
      email: 'm@example.in',
      horoscope: 'lion',
      nested: { x: 1 },
    };
    expect(await minimised(payload, rule('phone'), rule('templateId'))).toEqual({
      payload: { phone: '+919800000001' },
      stripped: { fields: ['email', 'name'], unknown: 2 },
    });
  });

  it.each<[string, Partial<FieldRule>, Json, Json]>([
    ['kept', {}, 12.5, 12.5],
    ['masked but for its last characters', { transform: 'mask' }, '+919800000001', '****0001'],
    ['masked for a length of its own', { transform: 'mask', keep: 2 }, 'Meera Iyer', '****er'],
    ['masked to the half at least', { transform: 'mask', keep: 4 }, 'Ram', '****m'],
    ['masked wholly where it is one character', { transform: 'mask' }, 'R', '****'],
    ['masked by characters as people see them', { transform: 'mask', keep: 2 }, 'नमस्ते मीरा', '****मीरा'],
    ['masked where it is a number', { transform: 'mask', keep: 2 }, 98000012, '****12'],
    ['truncated', { transform: 'truncate', keep: 3 }, 'Meera', 'Mee'],
    ['truncated by characters as people see them', { transform: 'truncate', keep: 1 }, '👩‍👩‍👧x', '👩‍👩‍👧'],
    ['replaced by a token', { transform: 'tokenise' }, 'Meera', 'token-tenant-1-subject-1-name'],
    ['replaced by a hash', { transform: 'hash' }, 'Meera', 'hash-tenant-1-name-5'],
    ['nothing where it was nothing', { transform: 'mask' }, null, null],
  ])('has a field %s', async (_, change, value, expected) => {
    expect((await minimised({ name: value }, rule('name', change))).payload).toEqual({ name: expected });
  });

  it('does not tell by the mask how long a value was', async () => {
    const masked = async (name: string) =>
      (await minimised({ name }, rule('name', { transform: 'mask', keep: 2 }))).payload.name;
    expect(await masked('Anjali Raghavan Iyer')).toBe(await masked('Piyer'));
  });

  it('has no token for nobody: the field is stripped', async () => {
    const of = { ...context, subjectId: undefined };
    expect(
      await minimise({ name: 'Meera', phone: '1' }, [rule('name', { transform: 'tokenise' }), rule('phone')], of),
    ).toEqual({
      payload: { phone: '1' },
      stripped: { fields: ['name'], unknown: 0 },
    });
  });

  it('is none at all where a token cannot be had', async () => {
    const of = { ...context, tokens: { issue: () => Promise.reject(new Error('the vault is not there')) } };
    await expect(minimise({ name: 'Meera' }, [rule('name', { transform: 'tokenise' })], of)).rejects.toThrow(
      'the vault',
    );
  });

  it.each<[string, Json]>([
    ['an object', { secret: 'canary' }],
    ['an object in a list', [{ secret: 'canary' }]],
    ['an empty object', {}],
  ])('never has %s where a value should stand', async (_, value) => {
    const { payload, stripped } = await minimised({ phone: value }, rule('phone'));
    expect(JSON.stringify(payload)).not.toMatch(/canary|secret/);
    expect(stripped.fields.length + stripped.unknown).toBe(1);
  });

  it('keeps objects and lists around what is declared, and the places in a list', async () => {
    const payload: JsonObject = {
      billing: { city: 'Kolkata', zip: '700001', caste: 'x' },
      recipients: [{ phone: '1', name: 'A' }, 'canary', { phone: '3', age: 4 }],
      tags: ['a', { b: 'canary' }, 'c'],
    };
    expect(
      await minimised(
        payload,
        rule('billing.city'),
        rule('billing.zip'),
        rule('recipients.phone'),
        rule('recipients.name'),
        rule('tags'),
      ),
    ).toEqual({
      payload: {
        billing: { city: 'Kolkata', zip: '700001' },
        recipients: [{ phone: '1', name: 'A' }, {}, { phone: '3' }],
        tags: ['a', 'c'],
      },
      // billing.caste, recipients as a plain value, recipients.age and tags.b
      stripped: { fields: [], unknown: 4 },
    });
  });

  it.each<[string, string, JsonObject, JsonObject]>([
    ['phone', 'mobile', { phone: '1' }, { mobile: '1' }],
    ['phone', 'to.number', { phone: '1' }, { to: { number: '1' } }],
    ['billing.city', 'town', { billing: { city: 'K' } }, { town: 'K' }],
    ['billing.city', 'address.town', { billing: { city: 'K' } }, { address: { town: 'K' } }],
    [
      'recipients.phone',
      'to.number',
      { recipients: [{ phone: '1' }, { phone: '2' }] },
      { to: [{ number: '1' }, { number: '2' }] },
    ],
    ['recipients.phone', 'numbers', { recipients: [{ phone: '1' }, { phone: '2' }] }, { numbers: ['1', '2'] }],
    ['recipients.phone', 'numbers', { recipients: [{}, { phone: '2' }] }, { numbers: ['2'] }],
  ])('calls %s what the processor calls it, %s', async (name, as, payload, expected) => {
    expect((await minimised(payload, rule(name, { as }))).payload).toEqual(expected);
  });

  it('puts two fields into one object of the processor', async () => {
    const both = [rule('phone', { as: 'to.number' }), rule('name', { as: 'to.name', transform: 'mask', keep: 1 })];
    expect((await minimised({ phone: '1', name: 'Meera' }, ...both)).payload).toEqual({
      to: { number: '1', name: '****a' },
    });
  });
});

/** Keys that mean something to JavaScript, to the register, or to nobody. */
const key = fc.oneof(
  fc.constantFrom('phone', 'name', 'billing', 'city', 'recipients', 'tags', 'to', 'billing.city', '', 'a'),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'length', '0'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** Any JSON whose every value is another canary. */
const anyPayload = fc
  .letrec<{ node: Json; object: JsonObject }>((tie) => ({
    node: fc.oneof({ maxDepth: 6 }, fc.constant('leaf'), tie('object'), fc.array(tie('node'), { maxLength: 4 })),
    // Through JSON, as __proto__ in a literal would be something else.
    object: fc
      .array(fc.tuple(key, tie('node')), { maxLength: 5 })
      .map((members) => fromMembers(members as [string, Json][])),
  }))
  .object.map(planted);

function fromMembers(members: readonly (readonly [string, Json])[]): JsonObject {
  const unique = [...new Map(members)];
  return JSON.parse(
    `{${unique.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
  ) as JsonObject;
}

/** The payload with a canary of its own for each leaf, and which of them stand at which path. */
function planted(payload: JsonObject): { payload: JsonObject; canaries: Map<string, string> } {
  const canaries = new Map<string, string>();
  const plant = (node: Json, path: readonly string[]): Json => {
    if (Array.isArray(node)) return (node as Json[]).map((item) => plant(item, path));
    if (typeof node === 'object' && node !== null)
      return fromMembers(
        Object.entries(node).map(([name, value]) => [name, plant(value as Json, [...path, name])] as const),
      );
    const canary = `canary-${canaries.size}-`;
    canaries.set(canary, JSON.stringify(path));
    return canary;
  };
  return { payload: plant(payload, []) as JsonObject, canaries };
}

it('lets no canary out that stands anywhere but at a declared field, whatever the shape', async () => {
  const contract = [
    rule('phone'),
    rule('billing.city', { as: 'to.city' }),
    rule('recipients.name'),
    rule('tags'),
    rule('constructor'),
  ];
  const declared = new Set(contract.map(({ name }) => JSON.stringify(name.split('.'))));
  let out = 0;
  await fc.assert(
    fc.asyncProperty(anyPayload, async ({ payload, canaries }) => {
      const before = JSON.stringify(payload);
      const result = await minimised(payload, ...contract);
      const text = JSON.stringify(result);
      for (const [canary, path] of canaries) {
        if (text.includes(canary)) out++;
        expect([canary, text.includes(canary)]).toEqual([canary, declared.has(path)]);
      }
      expect(namesIn(result.payload).filter((name) => !NAMES.has(name))).toEqual([]);
      expect(JSON.stringify(payload)).toBe(before);
    }),
    { numRuns: 1000 },
  );
  expect(out).toBeGreaterThan(50);
  expect(({} as Record<string, unknown>).phone).toBeUndefined();
});

const NAMES = new Set(['phone', 'to', 'city', 'recipients', 'name', 'tags', 'constructor']);

function namesIn(node: Json): string[] {
  if (Array.isArray(node)) return (node as Json[]).flatMap(namesIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [name, ...namesIn(value as Json)]);
}
