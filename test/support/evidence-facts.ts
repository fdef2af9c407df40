import type { EvidenceReport, Obligation, StoreEvidence, Timeline } from '../../lib/evidence/model';

/** What the sample report says of the law, the stores and the processors; close to the real app, and invented. */

type Duty = readonly [id: string, provision: string, requires: string, promises: readonly string[]];

const LAWS: readonly { law: string; from: string; until: string | null; duties: readonly Duty[] }[] = [
  {
    law: 'DPDP Act 2023',
    from: '2027-05-13',
    until: null,
    duties: [
      ['A-4', 's.4', 'Data is processed for a lawful purpose alone.', ['P5', 'P6', 'P9']],
      ['A-5', 's.5(1)', 'A notice goes with each request for consent.', ['P2', 'P19']],
      ['A-6a', 's.6(1)', 'Consent is free, specific, informed and unambiguous.', ['P2', 'P15']],
      ['A-6b', 's.6(4) to (6)', 'Withdrawn consent stops processing, also by processors.', ['P13', 'P16']],
      ['A-6d', 's.6(10)', 'Notice and consent can be shown.', ['P2', 'P6']],
      ['A-8.1', 's.8(1)', 'The fiduciary answers for its processors.', ['P16']],
      ['A-8.2', 's.8(2)', 'Processors work under a valid contract.', ['P4', 'P10', 'P16']],
      ['A-8.3', 's.8(3)', 'Data that decisions rest on is complete and accurate.', ['P13']],
      ['A-8.4', 's.8(4)', 'Measures make compliance happen.', ['P1']],
      ['A-8.5', 's.8(5)', 'Reasonable safeguards prevent a breach.', ['P7', 'P8']],
      ['A-8.6', 's.8(6)', 'The Board and each affected person hear of a breach.', ['P7']],
      ['A-8.7', 's.8(7)', 'Data is erased once its purpose is over, unless a law keeps it.', ['P11', 'P12']],
      ['A-8.9', 's.8(9)', 'A contact who can answer is published.', ['P22']],
      ['A-8.10', 's.8(10)', 'Grievances are answered.', ['P21']],
      ['A-9', 's.9', "Children's data needs verifiable consent of a parent.", ['P17']],
      ['A-11', 's.11', 'A person may ask who has the data.', ['P10', 'P14']],
      ['A-12', 's.12', 'A person may have data corrected and erased.', ['P13', 'P14']],
      ['A-13', 's.13', 'Grievances come before the Board.', ['P21']],
      ['A-14', 's.14', 'A person may nominate another.', ['P14']],
      ['A-16', 's.16', 'Nothing goes to a country that a notification names.', ['P18']],
    ],
  },
  {
    law: 'DPDP Act 2023',
    from: '2025-11-13',
    until: null,
    duties: [['A-38', 's.38 and s.39', 'The Act adds to other laws; civil courts are barred.', ['P20']]],
  },
  {
    law: 'DPDP Rules 2025',
    from: '2027-05-13',
    until: null,
    duties: [
      ['R-3', 'rule 3', 'The notice stands alone, in plain language.', ['P2', 'P5', 'P15']],
      ['R-6a', 'rule 6(1)(a)', 'Data is secured, such as by encryption, masking or virtual tokens.', ['P7']],
      ['R-6b', 'rule 6(1)(b)', 'Access to computer resources is controlled.', ['P7']],
      ['R-6c', 'rule 6(1)(c)', 'Access is visible by logs, monitoring and review.', ['P7']],
      ['R-6d', 'rule 6(1)(d)', 'Processing continues after loss, such as by backups.', ['P7']],
      ['R-6e', 'rule 6(1)(e)', 'Logs and data are kept for one year to find breaches.', ['P7', 'P12']],
      ['R-6f', 'rule 6(1)(f)', 'Contracts with processors have security clauses.', ['P16']],
      ['R-6g', 'rule 6(1)(g)', 'Measures see to it that safeguards are followed.', ['P1']],
      ['R-7.1', 'rule 7(1)', 'Each affected person hears of a breach without delay.', ['P7', 'P22']],
      ['R-7.2b', 'rule 7(2)(b)', 'The Board has the details within 72 hours.', ['P7']],
      ['R-8.2', 'rule 8(2)', 'A person is warned 48 hours before an erasure by inactivity.', ['P12']],
      ['R-8.3', 'rule 8(3)', 'Data and logs are kept for one year from the processing, then erased.', ['P11', 'P12']],
      ['R-9', 'rule 9', 'The contact is prominent, also in each answer.', ['P21', 'P22']],
      ['R-10', 'rule 10', 'Whoever consents as a parent is an identifiable adult.', ['P17']],
      ['R-13', 'rule 13', 'A significant fiduciary is audited each year.', ['P3']],
      ['R-14.1', 'rule 14(1)', 'The means of requests are published.', ['P13', 'P14']],
      ['R-14.2', 'rule 14(2)', 'A request goes to the fiduciary that had the consent.', ['P4']],
      ['R-14.3', 'rule 14(3)', 'Grievances are answered in 90 days at most.', ['P21']],
      ['R-15', 'rule 15', 'Orders on foreign States are followed in transfers.', ['P18']],
      ['R-23', 'rule 23', 'The Government may call for information.', ['P10']],
    ],
  },
  {
    law: 'DPDP Rules 2025',
    from: '2026-11-13',
    until: null,
    duties: [['R-4', 'rule 4', 'A Consent Manager is registered.', ['P14']]],
  },
  {
    law: 'CERT-In Directions 20(3)/2022',
    from: '2022-06-27',
    until: null,
    duties: [
      ['C-1', 'direction (i)', 'Clocks follow those of NIC or NPL.', ['P7']],
      ['C-2', 'direction (ii)', 'Incidents are reported within six hours.', ['P7']],
      ['C-3', 'direction (iii)', 'A point of contact is named.', ['P22']],
      ['C-4', 'direction (iv)', 'Logs are kept in India for 180 days.', ['P7', 'P18']],
    ],
  },
  {
    law: 'SPDI Rules 2011',
    from: '2011-04-11',
    until: '2027-05-13',
    duties: [
      ['S-4', 'rule 4', 'A privacy policy is published.', ['P3', 'P19']],
      ['S-5.4', 'rule 5(4)', 'Sensitive data is kept no longer than needed.', ['P11', 'P12']],
      ['S-5.9', 'rule 5(9)', 'Grievances are answered within one month.', ['P21']],
      ['S-6', 'rule 6', 'Disclosure needs permission.', ['P9', 'P10']],
      ['S-7', 'rule 7', 'Transfers keep the same level of protection.', ['P18']],
      ['S-8', 'rule 8', 'Security practices are documented.', ['P7']],
    ],
  },
  {
    law: 'Other law',
    from: '2017-07-01',
    until: null,
    duties: [
      ['I-1', 'Companies Act 2013, s.128(5)', 'Books are kept for eight years.', ['P11']],
      ['I-2', 'CGST Act 2017, s.36', 'Records are kept for 72 months.', ['P11']],
      ['I-3', 'Income-tax Act 2025, s.62', 'Books are kept for seven tax years.', ['P11']],
      ['I-4', 'TRAI TCCCPR 2018', 'Commercial messages need consent and a header.', ['P16']],
      ['I-5', 'RBI circular of 6 April 2018', 'Payment data is stored in India.', ['P16', 'P18']],
      ['I-6', 'Bharatiya Sakshya Adhiniyam 2023, s.63', 'Electronic records come with a certificate.', ['P1']],
      ['I-7', 'Consumer Protection (E-Commerce) Rules 2020, rule 4', 'A grievance officer is named.', ['P21']],
    ],
  },
];

export const SAMPLE_OBLIGATIONS: readonly Omit<Obligation, 'result' | 'note' | 'controls'>[] = LAWS.flatMap(
  ({ law, from, until, duties }) =>
    duties.map(([id, provision, requires, promises]) => ({
      id,
      citation: law === 'Other law' ? provision : `${law}, ${provision}`,
      requires,
      inForceFrom: from,
      inForceUntil: until,
      inForceToday: false,
      promises: [...promises],
    })),
);

const store = (id: string, kind: string, dataRole: string, dataClass: string, copyOf: string | null = null) =>
  ({
    id,
    kind,
    at: `digicrm-prod-${copyOf === null ? 'data' : 'replica'}/${id}/Resource`,
    stack: `digicrm-prod-${copyOf === null ? 'data' : 'replica'}`,
    region: copyOf === null ? 'ap-south-1' : 'ap-south-2',
    dataRole,
    dataClass,
    copyOf,
    source: { file: 'lib/data/data-stack.ts', line: 60 + id.length },
  }) satisfies StoreEvidence;

export const SAMPLE_STORES: readonly StoreEvidence[] = [
  store('customer-files', 'bucket', 'tenant', 'customer-files'),
  store('crm-records', 'table', 'tenant', 'crm-records'),
  store('exports', 'bucket', 'tenant', 'exports'),
  store('transfer-payloads', 'table', 'tenant', 'transfer-payloads'),
  store('virtual-tokens', 'table', 'tenant', 'virtual-tokens'),
  store('statutory-vault', 'bucket', 'tenant', 'sealed-data'),
  store('accounts', 'table', 'account', 'account-users'),
  store('billing-records', 'table', 'account', 'billing-records'),
  store('access-logs', 'bucket', 'telemetry', 'security-logs'),
  store('trail', 'bucket', 'telemetry', 'security-logs'),
  store('books', 'bucket', 'books', 'statutory-books'),
  store('backups', 'backup-vault', 'tenant', 'crm-records'),
  store('customer-files-copy', 'bucket', 'tenant', 'customer-files', 'customer-files'),
  store('backups-copy', 'backup-vault', 'tenant', 'crm-records', 'backups'),
];

export const SAMPLE_PROCESSORS: EvidenceReport['processors'] = [
  ['aws-mumbai', 'Amazon Web Services India Private Limited', ['IN'], ['hosting'], true],
  [
    'ses-mumbai',
    'Amazon Web Services India Private Limited (Simple Email Service)',
    ['IN'],
    ['service-messages'],
    true,
  ],
  ['razorpay', 'Razorpay Software Private Limited', ['IN'], ['subscription-payments', 'refunds'], false],
  ['msg91', 'Walkover Web Solutions Private Limited (MSG91)', ['IN'], ['service-messages', 'campaigns'], false],
  ['whatsapp', 'WhatsApp LLC', ['IN', 'US'], ['campaigns'], false],
  ['support-desk', 'Support desk software', ['IE', 'US'], ['support'], false],
].map(([id, name, countries, purposes, contract]) => ({ id, name, countries, purposes, contract })) as never;

const LOGS_YEAR = 'DPDP Rules 2025, rule 6(1)(e)';

const timeline = (id: string, meaning: string, dataRole: string, ...spans: Timeline['spans']): Timeline => ({
  id,
  meaning,
  dataRole,
  spans,
});
const span = (
  kind: Timeline['spans'][number]['kind'],
  label: string,
  since: string,
  fromDay: number,
  toDay: number | null,
  citation: string,
) => ({ kind, label, since, fromDay, toDay, citation });

export const SAMPLE_RETENTION: readonly Timeline[] = [
  ...['customer-files', 'crm-records', 'account-users'].map((id) =>
    timeline(
      id,
      id === 'account-users' ? 'The people who sign in for a tenant.' : 'What a tenant keeps of its customers.',
      id === 'account-users' ? 'account' : 'tenant',
      span('recoverable', 'May be had back', 'the end of the contract', 0, 90, 'Privacy policy P12'),
      span('erased-by', 'Erased', 'the end of the contract', 90, 91, 'DPDP Act 2023, s.8(7)'),
      span('kept-by-law', 'Sealed for a year', 'the last processing', 0, 366, 'DPDP Rules 2025, rule 8(3)'),
      span('backup', 'In backups', 'the erasure', 91, 126, 'DPDP Rules 2025, rule 6(1)(d)'),
    ),
  ),
  timeline(
    'statutory-books',
    'Documents of the business, with only the fields that laws name.',
    'books',
    span('kept-by-law', 'Books of account', 'the end of the year', 0, 2922, 'Companies Act 2013, s.128(5)'),
    span('locked', 'Locked against deletion', 'writing', 0, 2922, 'Companies Act 2013, s.128(5)'),
  ),
  timeline(
    'security-logs',
    'Records of who reached which data when.',
    'telemetry',
    span('kept-by-law', 'Logs', 'writing', 0, 366, LOGS_YEAR),
    span('locked', 'Locked against deletion', 'writing', 0, 366, LOGS_YEAR),
    span('erased-by', 'Erased', 'writing', 400, 401, 'DPDP Rules 2025, rule 8(3)'),
  ),
  timeline(
    'consent-records',
    'Proof of what a person agreed to.',
    'account',
    span('kept-by-law', 'Until nothing asks for the proof any more', 'the consent', 0, null, 'DPDP Act 2023, s.6(10)'),
  ),
];
