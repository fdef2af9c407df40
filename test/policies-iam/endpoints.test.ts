import { ACCOUNT, resolveTemplates } from '../lib/support/resolve';
import { templatesOf } from '../lib/support/stages';
import { type Row, testRows } from './cases';
import { type Document, OPEN, role, STRANGER_ACCOUNT, type Who } from './support';

/** What the network's endpoints let through, where IAM and every resource allow everything. */
const endpoints = Object.values(resolveTemplates(templatesOf('prod'))).filter(
  (r) => r.Type === 'AWS::EC2::VPCEndpoint',
);

const FOREIGN = { 'aws:ResourceAccount': STRANGER_ACCOUNT };
const who: Record<string, Who> = {
  'a role of ours': role('eraser'),
  'a stranger': role('thief', {}, STRANGER_ACCOUNT),
};
const arn = (service: string, rest: string, account = ACCOUNT) => `arn:aws:${service}:ap-south-1:${account}:${rest}`;
const on: Record<string, string> = {
  everything: '*',
  'an object': 'arn:aws:s3:::files/acme/a',
  'a foreign object': 'arn:aws:s3:::theirs/a',
  'a table': arn('dynamodb', 'table/records'),
  'a foreign table': arn('dynamodb', 'table/theirs', STRANGER_ACCOUNT),
  'a queue': arn('sqs', 'work'),
  'a foreign queue': arn('sqs', 'theirs', STRANGER_ACCOUNT),
  'a key': arn('kms', 'key/k'),
  'a foreign key': arn('kms', 'key/t', STRANGER_ACCOUNT),
  'a bus': arn('events', 'event-bus/b'),
  'a foreign bus': arn('events', 'event-bus/t', STRANGER_ACCOUNT),
  'a schedule': arn('scheduler', 'schedule/g/tm-1'),
  'the trail': arn('cloudtrail', 'trail/digicrm'),
};

/** Ours on ours; ours on a stranger's, which would be data going out; a stranger's credentials, brought in. */
const perimeter = (action: string, ours: string, theirs: string): Row[] => [
  ['a role of ours', action, ours, {}, 'allowed'],
  ['a role of ours', action, theirs, FOREIGN, 'denied'],
  ['a stranger', action, ours, {}, 'denied'],
  ['a stranger', action, theirs, FOREIGN, 'denied'],
];

const ROWS: Record<string, readonly Row[]> = {
  s3: perimeter('s3:PutObject', 'an object', 'a foreign object'),
  dynamodb: perimeter('dynamodb:PutItem', 'a table', 'a foreign table'),
  sqs: perimeter('sqs:SendMessage', 'a queue', 'a foreign queue'),
  kms: perimeter('kms:Encrypt', 'a key', 'a foreign key'),
  events: perimeter('events:PutEvents', 'a bus', 'a foreign bus'),
  scheduler: [
    ['a role of ours', 'scheduler:CreateSchedule', 'a schedule', {}, 'allowed'],
    ['a stranger', 'scheduler:CreateSchedule', 'a schedule', {}, 'denied'],
  ],
  xray: [
    ['a role of ours', 'xray:PutTraceSegments', 'everything', {}, 'allowed'],
    ['a role of ours', 'xray:GetTraceSummaries', 'everything', {}, 'denied'],
    ['a stranger', 'xray:PutTraceSegments', 'everything', {}, 'denied'],
  ],
  cloudtrail: [
    ['a role of ours', 'cloudtrail:ListPublicKeys', 'everything', {}, 'allowed'],
    ['a role of ours', 'cloudtrail:StopLogging', 'the trail', {}, 'denied'],
    ['a stranger', 'cloudtrail:ListPublicKeys', 'everything', {}, 'denied'],
  ],
};

describe.each(
  endpoints.map(({ Properties }) => [String(Properties.ServiceName), Properties.PolicyDocument as Document]),
)('endpoint %s', (name, policy) => {
  const rows = ROWS[String(name).split('.').at(-1) ?? ''];
  if (!rows) throw new Error(`No row says what ${name} lets through.`);
  testRows({
    documents: { policy: policy as Document },
    who,
    on,
    // A stranger has no policy of ours; the resource is open to everybody, so the endpoint alone stands between.
    policies: ({ policy: endpoint }) => ({ endpoint, resource: OPEN }),
    rows,
  });
});
