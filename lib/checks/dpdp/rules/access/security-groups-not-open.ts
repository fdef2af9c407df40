import { follow } from '../../follow';
import { isAbsent, isIntrinsic, once, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { listOf } from '../../statements';
import { isObject, type TemplateResource, textOf, type Value } from '../../template';

/** A network of so many addresses that it is everybody's. */
const LARGEST = { CidrIp: 8, CidrIpv6: 16 } as const;

export const securityGroupsNotOpen: Rule = {
  id: 'SecurityGroupsNotOpen',
  area: 'exposure',
  severity: 'error',
  title: 'Security groups let in named networks and groups, not everybody.',
  why: 'What listens behind an open group is found and tried by strangers within minutes.',
  fix: 'Name a network in `CidrIp`, or a group in `SourceSecurityGroupId`.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress'],
  check(resource) {
    const { type, properties } = resource;
    const rules = type === 'AWS::EC2::SecurityGroup' ? listOf(properties.SecurityGroupIngress) : [properties];
    return once(rules.flatMap((rule) => openings(rule, resource)));
  },
};

function openings(rule: Value, from: TemplateResource): readonly string[] {
  if (!isObject(rule) || isIntrinsic(rule)) return ['Ingress::<unknown>'];
  const port = [rule.FromPort, rule.ToPort].map((one) => (isAbsent(one) ? '*' : shown(one))).join('-');
  return (['CidrIp', 'CidrIpv6'] as const).flatMap((name) =>
    reach(rule[name])
      .filter((cidr) => !isAbsent(cidr))
      .flatMap((cidr) => wide(cidr, LARGEST[name], from))
      .map((cidr) => `Ingress::${cidr}:${port}`),
  );
}

function shown(port: Value): string {
  return typeof port === 'number' ? String(port) : (textOf(port) ?? '<unknown>');
}

function wide(cidr: Value, least: number, from: TemplateResource): readonly string[] {
  return follow(cidr, from).flatMap((origin) => {
    // The block of a network of the app.
    if (origin.kind === 'resource' || origin.kind === 'unseen') return [];
    if (origin.kind !== 'text') return ['<unknown>'];
    const length = /\/(\d+)$/.exec(origin.text)?.[1];
    return length !== undefined && Number(length) >= least ? [] : [origin.text];
  });
}
