import { RegisterError } from '../../policies/register';
import { lineOf, problemsAfter } from './broken-register';

const RAZORPAY = 'domains: [api.razorpay.com]';
const line = lineOf('processors.yaml', RAZORPAY);
const place = `policies/processors.yaml:${line}: processors[2].domains[0]`;

describe('domains of processors', () => {
  it.each([
    ['a wildcard', '*.razorpay.com'],
    ['a wildcard in the middle', 'api.*.com'],
    ['everything', '*'],
    ['a whole top-level domain', 'com'],
    ['a leading dot', '.razorpay.com'],
    ['an address of version 4', '13.235.0.1'],
    ['an address of version 6', '2406:da1a::1'],
    ['a scheme', 'https://api.razorpay.com'],
    ['a port', 'api.razorpay.com:8443'],
    ['a path', 'api.razorpay.com/v1'],
    ['capitals', 'API.razorpay.com'],
    ['a trailing dot', 'api.razorpay.com.'],
    ['a blank', 'api.razorpay .com'],
    ['a label that ends in a hyphen', 'api-.razorpay.com'],
    ['letters that are not ASCII', 'api.räzorpay.com'],
    ['a label of 64 characters', `${'a'.repeat(64)}.razorpay.com`],
  ])('refuses %s in one line that names the place', (_, domain) => {
    const problems = problemsAfter('processors.yaml', RAZORPAY, `domains: ['${domain}']`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${place}: expected one exact host name in lower case`);
  });

  it('are refused without a second line, where nothing else is wrong', () => {
    const problems = problemsAfter('processors.yaml', RAZORPAY, "domains: ['*.razorpay.com']");
    expect(new RegisterError(problems).message).toBe(`the register is wrong: ${problems[0]}`);
  });

  it.each(['api.razorpay.com', 'a.in', 'xn--e1afmkfd.xn--p1ai', '1api.x-y.co.in'])('takes %s', (domain) => {
    const changed = `domains: [${domain}] # changed`;
    expect(problemsAfter('processors.yaml', RAZORPAY, changed)).toEqual([]);
  });

  it('refuses a host that two processors share', () => {
    expect(problemsAfter('processors.yaml', RAZORPAY, 'domains: [graph.facebook.com]')).toEqual([
      expect.stringMatching(
        /processors\[4\]\.domains\[0\]: expected a host of its own, got "graph\.facebook\.com" again \(policies\/processors\.yaml:\d+\)$/,
      ),
    ]);
  });

  it.each(['email.us-east-1.amazonaws.com', 'sts.amazonaws.com', 'ap-south-1.amazonaws.com'])(
    'refuses %s, which is no host of AWS in India',
    (domain) => {
      expect(problemsAfter('processors.yaml', RAZORPAY, `domains: [${domain}]`)).toEqual([
        `${place}: expected a host of AWS in ap-south-1 or ap-south-2, got "${domain}"`,
      ]);
    },
  );
});

describe('processors', () => {
  it.each([
    ['a country in small letters', 'country: US', 'country: us', 'country: expected a country by its ISO 3166 code'],
    ['no country', 'country: US', 'state: US', 'country: expected'],
    ['an unknown kind', 'kind: sms', 'kind: telegram', 'kind: expected'],
    ['no purpose', 'purposes: [hosting]', 'purposes: []', 'purposes: expected at least 1 entries'],
    ['an id twice', 'id: msg91', 'id: razorpay', 'expected a new one, got "razorpay"'],
    ['a purpose twice', 'purposes: [hosting]', 'purposes: [hosting, hosting]', 'expected a new one, got "hosting"'],
    [
      'a contract without a reference',
      '\n    contract: null',
      '\n    contract: { signedOn: null }',
      'contract.reference',
    ],
    [
      'a signature on no day',
      '\n    contract: null',
      "\n    contract: { reference: 'A-1', signedOn: soon }",
      'contract.signedOn',
    ],
  ])('refuse %s', (_, before, after, problem) => {
    const problems = problemsAfter('processors.yaml', before, after);
    expect(problems.join('\n')).toContain(problem);
    expect(problems.join('\n')).toMatch(/^policies\/processors\.yaml:\d+: /);
  });

  it('may have a contract that is drawn up and not signed yet', () => {
    const contract = "\n    contract: { reference: 'DPA-2026-04', signedOn: null }";
    expect(problemsAfter('processors.yaml', '\n    contract: null', contract)).toEqual([]);
  });
});
