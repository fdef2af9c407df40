import type { Routes } from '../access/dispatch';
import { type ProblemLogger, parseQuery, respond } from '../shared/http';
import { disclosureQuerySchema } from './disclosure-views';
import { type DisclosureDeps, disclosures } from './disclosures';
import type { DISCLOSURE_ROUTES } from './paths';

export interface DisclosureRouteDeps extends DisclosureDeps {
  readonly logger: Pick<ProblemLogger, 'info'>;
}

/** Who received what about a person. */
export const disclosureRoutes: Pick<Routes<typeof DISCLOSURE_ROUTES, DisclosureRouteDeps>, '/v1/disclosures'> = {
  '/v1/disclosures': {
    async GET(event, caller, deps) {
      const view = await disclosures(caller, parseQuery(event, disclosureQuerySchema), deps);
      // Reading is a use of her data, too: it is noted who read how much of which tenant, and never about whom.
      deps.logger.info('disclosures read', {
        requestId: event.requestContext.requestId,
        client: caller.clientName,
        tenantId: view.tenantId,
        processors: view.processors?.length ?? null,
        entries: view.entries.length,
      });
      return respond(200, view);
    },
  },
};
