import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRegister } from '../../policies/load';
import { lineOf, problemsAfter, problemsOf, withRegisterCopy } from './broken-register';

describe('loadRegister', () => {
  it('reads the register of this repository', () => {
    expect(loadRegister().regions.home.region).toBe('ap-south-1');
  });

  it('names file, line, path, what is expected and what is there', () => {
    const line = lineOf('retention.yaml', 'period: { unit: days, value: 90 }');
    expect(problemsAfter('retention.yaml', 'value: 90', 'value: ninety')).toEqual([
      `policies/retention.yaml:${line}: rules[7].period.value: expected number, got string "ninety"`,
    ]);
  });

  it('puts every problem on a line of the message', () => {
    withRegisterCopy((dir) => {
      writeFileSync(join(dir, 'regions.yaml'), 'home: 1\nreplica: 2\n');
      expect(() => loadRegister(dir)).toThrow(
        [
          'the register is wrong in 2 places:',
          'policies/regions.yaml:1: home: expected a mapping, got number 1',
          'policies/regions.yaml:2: replica: expected a mapping, got number 2',
        ].join('\n'),
      );
    });
  });

  it('reports problems of several files together', () => {
    const problems = withRegisterCopy((dir) => {
      writeFileSync(join(dir, 'regions.yaml'), 'home: 1\n');
      writeFileSync(join(dir, 'clients.yaml'), 'clients: none\n');
      return problemsOf(() => loadRegister(dir));
    });
    expect(problems).toEqual([
      'policies/regions.yaml:1: home: expected a mapping, got number 1',
      'policies/regions.yaml:1: replica: expected a mapping, got nothing',
      'policies/clients.yaml:1: clients: expected a list, got string "none"',
    ]);
  });

  it('points to the entry that lacks a field', () => {
    const line = lineOf('clients.yaml', '- name: auditor');
    expect(problemsAfter('clients.yaml', /^ {4}purpose: A reviewer.*\n/m, '')).toEqual([
      `policies/clients.yaml:${line}: clients[1].purpose: expected string, got nothing`,
    ]);
  });

  it('points to a field that nobody knows', () => {
    const line = lineOf('erasure.yaml', 'maxRounds: 3');
    expect(problemsAfter('erasure.yaml', 'maxRounds: 3', 'maxRounds: 3\nmaxRound: 4')).toEqual([
      `policies/erasure.yaml:${line + 1}: maxRound: unknown field, expected none of this name`,
    ]);
  });

  it('says which values would do', () => {
    expect(problemsAfter('clients.yaml', '- erasure:request', '- erase')[0]).toContain(
      'clients[0].actions[0]: expected "erasure:request" or "erasure:read" or "erasure:confirm" or "erasure:cancel" or "tenant:terminate" or "tenant:read" or "tenant:restore" or "hold:place" or "hold:read" or "hold:lift" or "retention:read" or "transfer:decide" or "transfer:send" or "transfer:read" or "transfer:restrict" or "disclosure:read" or "disclosure:evidence" or "token:resolve" or "ledger:read", got string "erase"',
    );
    expect(problemsAfter('clients.yaml', 'tenants: all', 'tenants: some')[0]).toContain(
      'clients[0].tenants: expected "all" or a list, got string "some"',
    );
    expect(problemsAfter('clients.yaml', 'tenants: [sandbox-1, sandbox-2]', 'tenants: [1]')[0]).toContain(
      'clients[3].tenants[0]: expected string, got number 1',
    );
    expect(problemsAfter('stages.yaml', 'enabled: true', 'enabled: perhaps')[0]).toContain(
      '.enabled: expected true or false, got string "perhaps"',
    );
    expect(problemsAfter('stages.yaml', 'crmAddresses: []', 'crmAddresses: [crm.example]')[0]).toContain(
      'crmAddresses[0]: expected a network in CIDR notation such as 192.0.2.0/24',
    );
    expect(problemsAfter('stages.yaml', 'crmAddresses: []', 'crmAddresses: [0.0.0.0/0]')[0]).toContain(
      'crmAddresses[0]: expected a network smaller than everything',
    );
    expect(problemsAfter('retention.yaml', '2011-04-11', '2011-02-30')[0]).toContain(
      'rules[1].inForceFrom: expected a calendar date such as 2027-05-13, got string "2011-02-30"',
    );
    expect(problemsAfter('erasure.yaml', 'maxRounds: 3', 'maxRounds: 0')[0]).toContain(
      'maxRounds: expected at least 1, got number 0',
    );
    expect(problemsAfter('erasure.yaml', 'maxRounds: 3', 'maxRounds: 2.5')[0]).toContain(
      'maxRounds: expected a whole number, got number 2.5',
    );
    expect(problemsAfter('stages.yaml', /purpose: An emulator.*/, 'purpose: short')[0]).toContain(
      'stages.local.purpose: expected a sentence of at least 10 characters, got string "short"',
    );
  });

  it('demands a reason for a switch that is off', () => {
    const problems = problemsAfter(
      'stages.yaml',
      /enabled: false\n +reason: The emulator has no Network Firewall.*/,
      'enabled: false',
    );
    expect(problems).toEqual([
      expect.stringContaining('stages.local.switches.networkFirewall.reason: expected string, got nothing'),
    ]);
  });

  it('refuses a stage whose name is no id', () => {
    expect(problemsAfter('stages.yaml', '  local:', '  Local Stage:')[0]).toContain(
      'stages.Local Stage: expected as a name a lower-case id such as crm-records',
    );
  });

  it('refuses a Region outside India', () => {
    expect(problemsAfter('regions.yaml', 'region: ap-south-2', 'region: eu-central-1')).toEqual([
      expect.stringContaining('replica.region: expected "ap-south-1" or "ap-south-2", got string "eu-central-1"'),
    ]);
  });

  it('reports text that is not YAML with its line', () => {
    expect(problemsAfter('regions.yaml', 'place: Mumbai', 'place: [Mumbai')[0]).toMatch(
      /^policies\/regions\.yaml:\d+: \(file\): expected YAML, /,
    );
  });

  it('refuses a field that is written twice', () => {
    const line = lineOf('erasure.yaml', 'maxRounds: 3');
    expect(problemsAfter('erasure.yaml', 'maxRounds: 3', 'maxRounds: 3\nmaxRounds: 9')[0]).toMatch(
      new RegExp(`^policies/erasure\\.yaml:${line + 1}: `),
    );
  });

  it('refuses an empty file', () => {
    expect(problemsAfter('regions.yaml', /[\s\S]*/, '')).toEqual([
      'policies/regions.yaml:1: (file): expected a mapping, got null',
    ]);
  });

  it('refuses a missing file', () => {
    const problems = withRegisterCopy((dir) => {
      rmSync(join(dir, 'clients.yaml'));
      return problemsOf(() => loadRegister(dir));
    });
    expect(problems).toEqual(['policies/clients.yaml:1: (file): expected a readable file (ENOENT)']);
  });

  it('refuses a file that no schema belongs to', () => {
    const problems = withRegisterCopy((dir) => {
      writeFileSync(join(dir, 'retenshun.yaml'), 'rules: []\n');
      return problemsOf(() => loadRegister(dir));
    });
    expect(problems).toEqual([
      expect.stringMatching(/^policies\/retenshun\.yaml:1: \(file\): expected one of regions/),
    ]);
  });

  it('says so when the folder is not there', () => {
    expect(problemsOf(() => loadRegister(join(__dirname, 'nowhere')))).toEqual([
      'nowhere: expected a folder with the register (ENOENT)',
    ]);
  });
});
