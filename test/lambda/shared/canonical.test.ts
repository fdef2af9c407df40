import * as fc from 'fast-check';
import { canonicalJson, hashOf, sha256Hex } from '../../../lambda/shared/canonical';

test('canonical JSON follows the example of RFC 8785, section 3.2.3', () => {
  const value = { '\u20ac': 'Euro', '\r': 'CR', '\u{1f600}': 'Emoji', '1': 'One', '\ufb33': 'Dalet', '\u00f6': 'o' };
  expect(canonicalJson(value)).toBe(
    '{"\\r":"CR","1":"One","\u00f6":"o","\u20ac":"Euro","\u{1f600}":"Emoji","\ufb33":"Dalet"}',
  );
  expect(canonicalJson([333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0])).toBe(
    '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
  );
});

test('canonical JSON reads back as the same value and does not depend on the order of members', () =>
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
    }),
  ));

test('an undefined member is absent, as in JSON', () => {
  expect(canonicalJson({ a: 1, b: undefined })).toBe('{"a":1}');
});

test.each([
  ['undefined', undefined],
  ['a list with undefined in it', { a: [undefined] }],
  ['a function', { a: () => 1 }],
  ['a symbol', [Symbol('s')]],
  ['a bigint', { a: 1n }],
  ['NaN', { a: Number.NaN }],
  ['infinity', [Number.POSITIVE_INFINITY]],
  ['a string with a lone surrogate', { a: '\ud800' }],
  ['a name with a lone surrogate', { '\udc00': 1 }],
])('%s has no canonical form', (_name, value) => {
  expect(() => canonicalJson(value)).toThrow(TypeError);
});

test('a hash is SHA-256 in lower-case hex over UTF-8', () => {
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256Hex('₹')).toBe(sha256Hex(new Uint8Array([0xe2, 0x82, 0xb9])));
  expect(hashOf({ b: 1, a: 2 })).toBe(sha256Hex('{"a":2,"b":1}'));
});
