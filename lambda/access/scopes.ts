import type { Action } from '../../policies/schema';
import { RESOURCE_SERVER } from '../shared/names';

/** Name of an action's scope within the resource server: an OAuth scope may hold no colon besides its own separators. */
export function scopeName(action: Action): string {
  return action.replace(':', '.');
}

/** The scope as it stands in a token, e.g. `digicrm/erasure.read`. */
export function tokenScope(action: Action): string {
  return `${RESOURCE_SERVER}/${scopeName(action)}`;
}
