import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { PROBLEM_BASE, PROBLEMS, type ProblemSlug } from '../../lambda/shared/problem';

/** Which problem each answer of API Gateway's own is; the rest of 4xx and 5xx comes last. */
const PROBLEM_OF: readonly (readonly [id: string, type: ResponseType, slug: ProblemSlug])[] = [
  ['Unauthorized', ResponseType.UNAUTHORIZED, 'unauthorised'],
  ['AccessDenied', ResponseType.ACCESS_DENIED, 'forbidden'],
  ['Blocked', ResponseType.WAF_FILTERED, 'blocked'],
  // API Gateway's name for "no such path or method".
  ['NoSuchPath', ResponseType.MISSING_AUTHENTICATION_TOKEN, 'not-found'],
  ['BadBody', ResponseType.BAD_REQUEST_BODY, 'bad-request'],
  // The one parameter that the gateway asks for (lambda/shared/route-table.ts).
  ['BadParameters', ResponseType.BAD_REQUEST_PARAMETERS, 'idempotency-key-missing'],
  ['MediaType', ResponseType.UNSUPPORTED_MEDIA_TYPE, 'unsupported-media-type'],
  ['TooLarge', ResponseType.REQUEST_TOO_LARGE, 'too-large'],
  ['Throttled', ResponseType.THROTTLED, 'too-many-requests'],
  ['Timeout', ResponseType.INTEGRATION_TIMEOUT, 'unavailable'],
  ['ClientErrors', ResponseType.DEFAULT_4XX, 'bad-request'],
  ['ServerErrors', ResponseType.DEFAULT_5XX, 'internal'],
];

/** Makes API Gateway answer in RFC 9457 problems as well, in the same words as the functions. */
export function answerWithProblems(api: RestApi): void {
  for (const [id, type, slug] of PROBLEM_OF) {
    const { status, title, detail } = PROBLEMS[slug];
    api.addGatewayResponse(`Problem${id}`, {
      type,
      statusCode: String(status),
      responseHeaders: {
        'Content-Type': "'application/problem+json'",
        'Cache-Control': "'no-store'",
        ...(status === 401 && { 'WWW-Authenticate': "'Bearer'" }),
        ...((status === 429 || status === 503) && { 'Retry-After': "'5'" }),
      },
      templates: {
        // API Gateway puts the id in when it answers.
        'application/json': JSON.stringify({
          type: PROBLEM_BASE + slug,
          title,
          status,
          detail,
          requestId: '$context.requestId',
        }),
      },
    });
  }
}
