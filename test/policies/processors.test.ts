import { loadRegister } from '../../policies/load';
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

  it.each([
    'api.razorpay.com',
    'a.in',
    '1api.x-y.co.in',
    'xn--e1afmkfd.xn--p1ai',
    'xn--11b4c3d.xn--h2brj9c',
    'email.ap-south-1.api.aws',
  ])('takes %s', (domain) => {
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

  it.each([
    ['a Cyrillic word that looks like a Latin one', 'xn--80ak6aa92e.com'],
    ['one accent on a known name', 'xn--rzorpay-5wa.com'],
    ['a Latin label before Cyrillic ones', 'api.xn--e1afmkfd.xn--p1ai'],
  ])('refuses %s', (_, domain) => {
    expect(problemsAfter('processors.yaml', RAZORPAY, `domains: [${domain}]`)).toEqual([
      `${place}: expected an internationalised host name in letters of one script other than Latin, got "${domain}"`,
    ]);
  });

  it.each(['xn--zzzzzz99999.com', 'xn--a.in'])('refuses %s, which stands for no letters', (domain) => {
    expect(problemsAfter('processors.yaml', RAZORPAY, `domains: [${domain}]`)).toEqual([
      `${place}: expected a host name whose xn-- labels stand for letters, got "${domain}"`,
    ]);
  });

  it.each([
    'email.us-east-1.amazonaws.com',
    'sts.amazonaws.com',
    'ap-south-1.amazonaws.com',
    'email.us-east-1.api.aws',
    'email.cn-north-1.amazonaws.com.cn',
  ])('refuses %s, which is no host of AWS in India', (domain) => {
    expect(problemsAfter('processors.yaml', RAZORPAY, `domains: [${domain}]`)).toEqual([
      `${place}: expected a host of AWS in ap-south-1 or ap-south-2, got "${domain}"`,
    ]);
  });
});

describe('processors', () => {
  const SMS = 'stages: [local]\n    countries: { processing: [IN], storage: [IN] }';
  const countries = (processing: string, storage: string) =>
    `stages: [local]\n    countries: { processing: ${processing}, storage: ${storage} }`;

  it.each<[string, string | RegExp, string, string]>([
    [
      'a country in small letters',
      SMS,
      countries('[us]', '[IN]'),
      'countries.processing[0]: expected a country by its',
    ],
    ['no country', SMS, countries('[]', '[IN]'), 'countries.processing: expected at least 1 entries'],
    [
      'no countries at all',
      'countries: { processing: [US], storage: [US] }',
      'where: US',
      'countries: expected a mapping',
    ],
    ['a country that is none', SMS, countries('[IN]', '[XX]'), 'countries.storage[0]: expected a country of ISO 3166'],
    ['a group of countries', SMS, countries('[EU]', '[IN]'), 'countries.processing[0]: expected a country of ISO 3166'],
    ['a code that is no longer used', SMS, countries('[UK]', '[IN]'), 'by its code in use, got "UK"'],
    ['a country twice', SMS, countries('[IN, SG, IN]', '[IN]'), 'countries.processing[2]: expected a new one'],
    ['an unknown kind', 'kind: sms', 'kind: telegram', 'kind: expected'],
    ['an id twice', 'id: msg91', 'id: razorpay', 'expected a new one, got "razorpay"'],
    ['a stage that stages.yaml lacks', 'stages: [local]', 'stages: [locale]', 'expected a stage of stages.yaml'],
    ['a stage twice', 'stages: [local]', 'stages: [local, local]', 'stages[1]: expected a new one'],
    ['a role twice', 'dataRoles: [account]', 'dataRoles: [account, account]', 'dataRoles[1]: expected a new one'],
    ['a role that does not go anywhere', 'dataRoles: [account]', 'dataRoles: [none]', 'dataRoles[0]: expected'],
    [
      'an endpoint on another host than its own',
      'endpoint: https://sms.processors.test/v1/messages',
      'endpoint: https://sms.processors.test.example.com/v1/messages',
      'endpoint: expected a host of its domains (sms.processors.test), got "sms.processors.test.example.com"',
    ],
    [
      'an endpoint on an address in place of a host',
      'endpoint: https://sms.processors.test/v1/messages',
      'endpoint: https://169.254.169.254/latest/meta-data',
      'got "169.254.169.254"',
    ],
    [
      'an endpoint where there is no domain',
      'domains: []\n    endpoint: null',
      'domains: []\n    endpoint: https://s3.ap-south-1.amazonaws.com/',
      'endpoint: expected a host of its domains (none)',
    ],
    [
      'an address for erasures on another host',
      "endpoint: 'https://sms.processors.test/v1/requests'",
      "endpoint: 'https://requests.example.com/v1'",
      'erasure.endpoint: expected a host of its domains',
    ],
    [
      'an endpoint without TLS',
      'https://sms.processors.test/v1/messages',
      'http://sms.processors.test/v1',
      'an https address',
    ],
    [
      'an endpoint with a port',
      'https://sms.processors.test/v1/messages',
      'https://sms.processors.test:8443/v1',
      'an https',
    ],
    [
      'a contract that ends before it is signed',
      'validUntil: 2026-03-31',
      'validUntil: 2024-03-31',
      'contract.validUntil: expected a day from 2024-04-01 on, on which it was signed, got 2024-03-31',
    ],
    [
      'a contract without a checklist',
      '\n    contract: null',
      "\n    contract: { reference: 'A-1' }",
      'contract.clauses: expected',
    ],
    [
      'a clause that the checklist lacks',
      'audit: true',
      'audit: true\n        goodwill: true',
      'goodwill: unknown field',
    ],
    ['a checklist with a gap', /\n +audit: true/, '', 'clauses.audit: expected boolean, got nothing'],
    ['a signature on no day', 'signedOn: 2024-04-01', 'signedOn: soon', 'contract.signedOn: expected'],
    [
      'a deadline that is escalated before it begins',
      'deadlineDays: 30',
      'deadlineDays: 7',
      'erasure.deadlineDays: expected more than the 7 days of transfers.yaml',
    ],
  ])('refuse %s', (_, before, after, problem) => {
    const problems = problemsAfter('processors.yaml', before, after);
    expect(problems.join('\n')).toContain(problem);
    for (const line of problems) expect(line).toMatch(/^policies\/processors\.yaml:\d+: /);
  });

  it('may have a contract that is drawn up and not signed yet', () => {
    expect(problemsAfter('processors.yaml', 'signedOn: 2024-04-01', 'signedOn: null')).toEqual([]);
  });

  it('may have a contract for a single day', () => {
    expect(problemsAfter('processors.yaml', 'validUntil: 2026-03-31', 'validUntil: 2024-04-01')).toEqual([]);
  });
});

describe('field contracts', () => {
  const NAME = '{ name: name, transform: mask, keep: 2 }';

  it.each<[string, string, string, string]>([
    [
      'no field',
      'fields:\n          - { name: phone, transform: keep }\n          - { name: name, transform: mask }\n          - { name: templateId, transform: keep }',
      'fields: []',
      'fields: expected at least 1 entries',
    ],
    ['a purpose that transfers.yaml lacks', '- id: refunds', '- id: refund', 'expected a purpose of transfers.yaml'],
    [
      'a purpose twice',
      '- id: refunds',
      '- id: subscription-payments',
      'expected a new one, got "subscription-payments"',
    ],
    [
      'a ground that transfers.yaml lacks',
      'bases: [consent]',
      'bases: [legitimate-interest]',
      'expected a ground of transfers.yaml',
    ],
    ['a ground twice', 'bases: [consent]', 'bases: [consent, consent]', 'bases[1]: expected a new one'],
    [
      'a misspelt field',
      NAME,
      '{ name: nmae, transform: keep }',
      'name: expected a field of transfers.yaml, got "nmae"',
    ],
    ['a field twice', NAME, '{ name: phone, transform: mask }', 'name: expected a new one, got "phone"'],
    ['a wildcard', NAME, "{ name: '*', transform: keep }", 'name: expected a field such as phone or billing.city'],
    ['a name of Object itself', NAME, '{ name: __proto__, transform: keep }', 'name: expected a field such as phone'],
    ['letters that look like others', NAME, '{ name: nаme, transform: keep }', 'name: expected a field such as phone'],
    [
      'a transform that nobody knows',
      NAME,
      '{ name: name, transform: encrypt }',
      'transform: expected "keep" or "mask"',
    ],
    [
      'a token for what cannot be one',
      '{ name: templateId, transform: keep }',
      '{ name: templateId, transform: tokenise }',
      'transform: expected a field of tokenFields (name, email, phone, billing.name) to tokenise, got "templateId"',
    ],
    [
      'a number of characters of a hash',
      NAME,
      '{ name: name, transform: hash, keep: 2 }',
      'keep: expected keep only with mask or truncate, got hash',
    ],
    [
      'a number of characters of what stays whole',
      NAME,
      '{ name: name, transform: keep, keep: 2 }',
      'keep: expected keep only with mask',
    ],
    [
      'two fields sent under one name',
      NAME,
      '{ name: name, transform: mask, as: phone }',
      'as: expected another name to send it under, got "phone" again',
    ],
    [
      'a field sent inside another',
      NAME,
      '{ name: name, transform: mask, as: phone.of }',
      'expected no field inside another, got "phone.of" inside "phone"',
    ],
  ])('refuse %s', (_, before, after, problem) => {
    const problems = problemsAfter('processors.yaml', before, after);
    expect(problems.join('\n')).toContain(problem);
    for (const line of problems) expect(line).toMatch(/^policies\/processors\.yaml:\d+: /);
  });
});

describe('contracts of real companies', () => {
  it('are none, as none has been shown, so that nothing goes to them', () => {
    const real = loadRegister().processors.processors.filter(({ stages }) => stages.some((stage) => stage !== 'local'));
    expect(real.length).toBeGreaterThan(3);
    for (const { id, contract } of real) expect([id, contract]).toEqual([id, null]);
  });
});
