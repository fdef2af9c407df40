import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { methodNotAllowed, notFound } from '../shared/problem';
import type { RouteTable } from '../shared/route-table';
import { type Caller, parseCaller } from './caller';

/** Answers one call of one route. @throws ProblemError for every refusal */
export type Route<Deps> = (event: APIGatewayProxyEvent, caller: Caller, deps: Deps) => Promise<APIGatewayProxyResult>;

/** A route for each method of each path of a table; what is missing or too much does not compile. */
export type Routes<Table extends RouteTable, Deps> = {
  readonly [Path in keyof Table]: { readonly [Method in keyof Table[Path]]: Route<Deps> };
};

/** Answers one call by the route of its path and method. @throws ProblemError 401, 404, 405 and what the route throws */
export async function dispatch<Deps>(
  event: APIGatewayProxyEvent,
  routes: Readonly<Record<string, Readonly<Record<string, Route<Deps>>>>>,
  deps: Deps,
): Promise<APIGatewayProxyResult> {
  const caller = parseCaller(event.requestContext.authorizer);
  const methods = routes[event.resource];
  if (methods === undefined) throw notFound('Nothing is served at this path.');
  const route = methods[event.httpMethod];
  if (route === undefined) throw methodNotAllowed(Object.keys(methods));
  return route(event, caller, deps);
}
