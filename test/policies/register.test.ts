import fc from 'fast-check';
import { loadRegister } from '../../policies/load';
import {
  bundledRegister,
  clientByName,
  clientsOf,
  coolingOffMs,
  parseRegister,
  RegisterError,
  registerHash,
  replicaSettleMs,
} from '../../policies/register';
import { problemsOf } from './broken-register';

const register = loadRegister();
const HOUR = 3_600_000;

/** The same JSON with the members of every object in another order. */
function shuffled(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, seed));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, shuffled(member, seed)] as const);
  const turn = entries.length === 0 ? 0 : seed % entries.length;
  return Object.fromEntries([...entries.slice(turn), ...entries.slice(0, turn)]);
}

const carried = bundledRegister(register);

describe('parseRegister', () => {
  it('reads back what functions carry of the register, written as JSON', () => {
    expect(parseRegister(JSON.parse(JSON.stringify(carried)))).toEqual(carried);
  });

  it('refuses what no function decides by', () => {
    expect(problemsOf(() => parseRegister(register))).toEqual([
      'controls: unknown field, expected none of this name',
      'processors: unknown field, expected none of this name',
      'pack: unknown field, expected none of this name',
    ]);
  });

  it('refuses what is not a register', () => {
    for (const json of [null, undefined, [], 'register', {}]) expect(() => parseRegister(json)).toThrow(RegisterError);
  });

  it('names the file in the path, as there are no lines', () => {
    const changed = { ...carried, clients: { clients: [{ ...register.clients.clients[0], admin: true }] } };
    expect(problemsOf(() => parseRegister(changed))).toEqual([
      'clients.clients[0].admin: unknown field, expected none of this name',
    ]);
  });

  it('refuses files that disagree', () => {
    const changed = structuredClone(carried);
    changed.regions.replica.region = 'ap-south-1';
    expect(problemsOf(() => parseRegister(changed))).toEqual([
      'regions.replica.region: expected another Region than home, got "ap-south-1"',
    ]);
  });
});

describe('coolingOffMs', () => {
  it("is the register's day in prod and the stage's own number elsewhere", () => {
    expect(coolingOffMs(register, 'prod')).toBe(24 * HOUR);
    expect(coolingOffMs(register, 'dev')).toBe(180_000);
    expect(coolingOffMs(register, 'local')).toBe(0);
  });

  it('refuses a stage that the register does not have', () => {
    expect(() => coolingOffMs(register, 'staging')).toThrow('unknown stage "staging", expected local or dev or prod');
    expect(() => coolingOffMs(register, 'toString')).toThrow(RegisterError);
  });
});

describe('clients', () => {
  it('finds a client by its exact name only', () => {
    expect(clientByName(register, 'auditor')?.actions).toEqual([
      'erasure:read',
      'tenant:read',
      'hold:read',
      'retention:read',
      'transfer:read',
      'disclosure:read',
      'ledger:read',
    ]);
    for (const name of ['', 'CRM', 'crm ', 'toString', '__proto__'])
      expect(clientByName(register, name)).toBeUndefined();
  });

  it('lets nobody but the legal department place or lift a hold', () => {
    for (const action of ['hold:place', 'hold:lift'] as const) {
      const able = register.clients.clients.filter((client) => client.actions.includes(action));
      expect(able.map((client) => client.name)).toEqual(['legal-desk']);
    }
  });

  it('lets nobody but the legal department restrict transfers, or show evidence of an erasure', () => {
    for (const action of ['transfer:restrict', 'disclosure:evidence'] as const) {
      const able = register.clients.clients.filter((client) => client.actions.includes(action));
      expect(able.map((client) => client.name)).toEqual(['legal-desk']);
    }
  });

  it('keeps the sandbox out of prod and inside its two tenants', () => {
    expect(clientsOf(register, 'prod').map((client) => client.name)).toEqual(['crm', 'auditor', 'legal-desk']);
    expect(clientsOf(register, 'local').map((client) => client.name)).toEqual([
      'crm',
      'auditor',
      'legal-desk',
      'sandbox',
    ]);
    expect(clientByName(register, 'sandbox')?.tenants).toEqual(['sandbox-1', 'sandbox-2']);
  });
});

describe('registerHash', () => {
  it('does not depend on the order of fields', () => {
    fc.assert(
      fc.property(fc.nat({ max: 50 }), (seed) => {
        expect(registerHash(parseRegister(shuffled(carried, seed)))).toBe(registerHash(carried));
      }),
      { numRuns: 20 },
    );
  });

  it('changes with any number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), (maxRounds) => {
        const changed = { ...register, erasure: { ...register.erasure, maxRounds } };
        expect(registerHash(changed) === registerHash(register)).toBe(maxRounds === register.erasure.maxRounds);
      }),
    );
  });
});

describe('replicaSettleMs', () => {
  it('is the register’s number where S3 copies, and none where nothing is copied', () => {
    expect(replicaSettleMs(register, 'prod')).toBe(register.erasure.replicaSettleMinutes.minutes * 60_000);
    // The emulator copies nothing, and dev has no second Region.
    expect([replicaSettleMs(register, 'local'), replicaSettleMs(register, 'dev')]).toEqual([0, 0]);
  });

  it('refuses a stage that the register does not know', () => {
    expect(() => replicaSettleMs(register, 'staging')).toThrow('unknown stage "staging"');
  });
});
