import { AnyPrincipal, type Conditions, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Tag of the one role that writes into the vault. */
export const SEALER = 'digicrm:sealer';
/** Tag of the one role that deletes from the vault. */
export const VAULT_ERASER = 'digicrm:vault-eraser';
/** Tag of the roles that see what lies in the vault, by keys alone. */
export const VAULT_COUNTER = 'digicrm:vault-counter';
/** Tag of the vault's key, by which the permission boundary knows it. */
export const VAULT_KEY = 'digicrm:vault-key';
/** Tag of the roles that may use the vault's key. */
export const VAULT_KEY_USER = 'digicrm:vault-key-user';

/** Session tag that names the legal case for which somebody reads. */
export const CASE_ID = 'digicrm:case-id';
/** What a case id looks like: `case-`, the year, and the case file's own reference. */
export const CASE_ID_PATTERN = 'case-20??-?*';

/** True of every session that is none of the role's. */
export function otherThan(role: IRole): Conditions {
  return { ArnNotEquals: { 'aws:PrincipalArn': role.roleArn } };
}

/** True of principals that carry none of the tags. A negated operator is also true where the tag is missing. */
export function withoutTags(...tags: string[]): Conditions {
  return { StringNotEquals: Object.fromEntries(tags.map((tag) => [`aws:PrincipalTag/${tag}`, 'true'])) };
}

/** True of sessions that name no legal case. */
export function withoutCase(): Conditions {
  return { StringNotLike: { [`aws:PrincipalTag/${CASE_ID}`]: CASE_ID_PATTERN } };
}

/** Forbids actions to everybody of whom all the conditions are true, administrators included. */
export function forbid(sid: string, actions: string[], resource: string, ...conditions: Conditions[]): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources: [resource],
    conditions: Object.assign({}, ...conditions),
  });
}
