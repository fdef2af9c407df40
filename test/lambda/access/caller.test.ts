import { authorise, type Caller, canSeeTenant, parseCaller, toContext } from '../../../lambda/access/caller';
import { ProblemError } from '../../../lambda/shared/problem';

const crm: Caller = { clientName: 'crm', actions: ['erasure:request', 'erasure:read'], tenants: 'all' };
const partner: Caller = { clientName: 'partner', actions: ['erasure:read'], tenants: ['tenant-a', 'tenant-b'] };

test.each([crm, partner, { ...partner, tenants: [] }])(
  'a caller survives the way through API Gateway: $clientName',
  (caller) => {
    expect(parseCaller({ principalId: 'x', integrationLatency: 3, ...toContext(caller) })).toEqual(caller);
  },
);

test('a tenant that is called "all" cannot become every tenant', () => {
  expect(() => toContext({ ...partner, tenants: ['all'] })).toThrow(/reserved/);
  expect(() => toContext({ ...partner, tenants: ['a b'] })).toThrow(/invalid/);
});

test.each([
  ['no context', undefined],
  ['null', null],
  ['no client', { actions: '', tenants: 'all' }],
  ['an unknown action', { ...toContext(crm), actions: 'erasure:everything' }],
  ['an invalid tenant', { ...toContext(crm), tenants: 'a  b' }],
])('%s is a 401', (_name, context) => {
  expect(() => parseCaller(context)).toThrow(expect.objectContaining({ status: 401 }));
});

test('a caller may do what the register grants, for the tenants it names', () => {
  expect(() => authorise(crm, 'erasure:request', 'tenant-z')).not.toThrow();
  expect(() => authorise(partner, 'erasure:read', 'tenant-b')).not.toThrow();
  expect(() => authorise(partner, 'erasure:read')).not.toThrow();
  expect(canSeeTenant(partner, 'tenant-c')).toBe(false);
});

test.each([
  ['another action', crm, 'erasure:cancel', 'tenant-a'],
  ['another tenant', partner, 'erasure:read', 'tenant-c'],
  ['any tenant when it has none', { ...partner, tenants: [] }, 'erasure:read', 'tenant-a'],
] as const)('%s is a 403', (_name, caller, action, tenantId) => {
  expect(() => authorise(caller, action, tenantId)).toThrow(ProblemError);
  expect(() => authorise(caller, action, tenantId)).toThrow(expect.objectContaining({ status: 403 }));
});
