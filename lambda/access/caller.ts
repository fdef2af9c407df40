import * as z from 'zod';
import { type Action, actions } from '../../policies/schema';
import { ID_PATTERN } from '../shared/layout';
import { forbidden, unauthorised } from '../shared/problem';

/** An API client as the authorizer vouches for it. */
export interface Caller {
  /** Name of the client in policies/clients.yaml. */
  readonly clientName: string;
  readonly actions: readonly Action[];
  /** `all`, or the ids of the tenants it may act for. */
  readonly tenants: 'all' | readonly string[];
}

/** Written where a list of tenant ids could stand; so no tenant may be called that. */
const ALL = 'all';

/** API Gateway passes an authorizer's context on as strings; words are separated by one space. */
const contextSchema = z.object({
  clientName: z.string().min(1),
  actions: z
    .string()
    .transform(words)
    .pipe(z.array(z.enum(actions))),
  tenants: z
    .string()
    .transform((text) => (text === ALL ? ALL : words(text)))
    .pipe(z.union([z.literal(ALL), z.array(z.string().regex(ID_PATTERN))])),
});

/** The caller of a request, from `event.requestContext.authorizer`. Throws a 401 ProblemError when it makes no sense. */
export function parseCaller(authorizerContext: unknown): Caller {
  const parsed = contextSchema.safeParse(authorizerContext);
  if (!parsed.success) throw unauthorised();
  return parsed.data;
}

/** The caller as context of an authorizer's answer. Throws on tenants that could not be read back. */
export function toContext(caller: Caller): { clientName: string; actions: string; tenants: string } {
  if (caller.tenants !== ALL && caller.tenants.some((id) => id === ALL || !ID_PATTERN.test(id)))
    throw new Error(`client ${caller.clientName}: a tenant id is invalid or the reserved word "all"`);
  return {
    clientName: caller.clientName,
    actions: caller.actions.join(' '),
    tenants: caller.tenants === ALL ? ALL : caller.tenants.join(' '),
  };
}

export function canSeeTenant(caller: Caller, tenantId: string): boolean {
  return caller.tenants === ALL || caller.tenants.includes(tenantId);
}

/** Returns if the caller may do this, for this tenant where one is named. Throws a 403 ProblemError otherwise. */
export function authorise(caller: Caller, action: Action, tenantId?: string): void {
  if (!caller.actions.includes(action))
    throw forbidden(`This client may not do ${action}. Ask the platform team to add it in the register.`);
  if (tenantId !== undefined && !canSeeTenant(caller, tenantId))
    throw forbidden('This client may not act for this tenant. Ask the platform team to add it in the register.');
}

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}
