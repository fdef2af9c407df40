import { evaluable } from '../lib/support/iam';
import { arnOf, resolveTemplates } from '../lib/support/resolve';
import { templatesOf } from '../lib/support/stages';
import { type Row, type Suite, testRows } from './cases';
import { type Context, type Document, decide, role, tagged } from './support';

/**
 * What the keys of data roles let be done directly, with nobody but IAM allowing everything beside: seal a payload,
 * and open it. Each condition of these statements is taken away in turn, and a row has to miss it.
 */
const resources = Object.entries(resolveTemplates(templatesOf('prod')));

const BOUND = {
  'kms:EncryptionContext:tenantId': 't-1',
  'kms:EncryptionContext:transferId': 'tr-1',
  'kms:EncryptionContext:dataRole': 'tenant',
  'kms:EncryptionContextKeys': ['tenantId', 'transferId', 'dataRole'],
};
const without = (key: keyof typeof BOUND): Context => {
  const { [key]: _, ...rest } = BOUND;
  return rest;
};
const OTHER_ROLE = { ...BOUND, 'kms:EncryptionContext:dataRole': 'account' };
const MORE = { ...BOUND, 'kms:EncryptionContextKeys': ['tenantId', 'transferId', 'dataRole', 'more'] };
const BY_A_SERVICE = { ...BOUND, 'kms:ViaService': 'lambda.ap-south-1.amazonaws.com' };

/** The same of both: who may, and under which conditions nobody may. */
const rowsOf = (who: string, does: string): Row[] => [
  [who, does, 'the key', BOUND, 'allowed'],
  [who, does, 'the key', OTHER_ROLE, 'denied'],
  [who, does, 'the key', MORE, 'denied'],
  [who, does, 'the key', BY_A_SERVICE, 'denied'],
  [who, does, 'the key', without('kms:EncryptionContext:tenantId'), 'denied'],
  [who, does, 'the key', without('kms:EncryptionContext:transferId'), 'denied'],
  [who, does, 'the key', {}, 'denied'],
  ['the CRM', does, 'the key', BOUND, 'denied'],
  ['an administrator', does, 'the key', BOUND, 'denied'],
];

const suite: Suite = {
  documents: { TenantKey: documentOf('TenantKey') },
  who: {
    'the relay': role('relay', tagged('digicrm:data-key-user', 'digicrm:envelope-sealer')),
    'the egress': role('egress', tagged('digicrm:data-key-user', 'digicrm:envelope-opener')),
    'the CRM': role('crm', tagged('digicrm:data-key-user')),
    'an administrator': role('admin'),
  },
  on: { 'the key': keyArn('TenantKey') },
  policies: ({ TenantKey }) => ({ resource: evaluable(TenantKey) }),
  rows: [
    ...rowsOf('the relay', 'kms:GenerateDataKey'),
    ...rowsOf('the egress', 'kms:Decrypt'),
    ['the relay', 'kms:Decrypt', 'the key', BOUND, 'denied'],
    ['the egress', 'kms:GenerateDataKey', 'the key', BOUND, 'denied'],
    ['the egress', 'kms:Encrypt', 'the key', BOUND, 'denied'],
  ].map(([who, does, on, under, answer]) => [who, does, on, evaluable(under), answer] as unknown as Row),
};

testRows(suite);

describe.each(['TaggedRolesSealPayloads', 'TaggedRolesOpenPayloads'])('statement %s', (sid) => {
  it.each(conditionsOf(sid))('needs its condition %s on %s', async (operator, key) => {
    const weaker = withoutCondition(sid, operator, key);
    const answers = await Promise.all(
      suite.rows.map(async ([who, does, on, under, answer]) => {
        const caller = suite.who[who];
        if (caller === undefined) throw new Error(`The table knows no ${who}.`);
        return (await decide(caller, does, suite.on[on] ?? '', under, { resource: evaluable(weaker) })) === answer;
      }),
    );
    expect(answers).toContain(false);
  });
});

type Conditions = Record<string, Record<string, unknown>>;

function conditionsOf(sid: string): [operator: string, key: string][] {
  const statement = documentOf('TenantKey').Statement.find(({ Sid }) => Sid === sid);
  return Object.entries((statement?.Condition ?? {}) as Conditions).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key): [string, string] => [operator, key]),
  );
}

function withoutCondition(sid: string, operator: string, key: string): Document {
  const document = structuredClone(documentOf('TenantKey'));
  const conditions = document.Statement.find(({ Sid }) => Sid === sid)?.Condition as Conditions;
  delete conditions[operator]?.[key];
  return document;
}

function documentOf(name: string): Document {
  return find(name)[1].Properties.KeyPolicy as Document;
}

function keyArn(name: string): string {
  return arnOf('AWS::KMS::Key', find(name)[0].toLowerCase());
}

function find(name: string) {
  const found = resources.find(([id, { Type }]) => Type === 'AWS::KMS::Key' && id.replace(/[0-9A-F]{8}$/, '') === name);
  if (found === undefined) throw new Error(`no key ${name}`);
  return found;
}
