import { follow, remembered } from '../../follow';
import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at, isObject, isTrue, type Template, type TemplateResource } from '../../template';

export const apiValidatesRequests: Rule = {
  id: 'ApiValidatesRequests',
  area: 'exposure',
  severity: 'error',
  title: 'REST APIs turn back requests that are not as they should be.',
  why: 'What nobody checks at the border reaches code and stores, and personal data in fields that nobody expects.',
  fix: 'Add an `AWS::ApiGateway::RequestValidator` with `ValidateRequestBody` and `ValidateRequestParameters`.',
  serves: [SOURCES.safeguards],
  types: ['AWS::ApiGateway::RestApi'],
  check(resource) {
    const defined = reach(resource.properties.Body).every((body) =>
      isObject(at(body, 'x-amazon-apigateway-request-validators')),
    );
    return defined || validated(resource.app).has(resource) ? 'compliant' : 'broken';
  },
};

const known = new WeakMap<readonly Template[], ReadonlySet<TemplateResource>>();

/** APIs with a validator of bodies and parameters. */
function validated(app: readonly Template[]): ReadonlySet<TemplateResource> {
  return remembered(known, app, () => {
    const validators = app
      .flatMap((template) => template.ofType('AWS::ApiGateway::RequestValidator'))
      .filter(({ properties }) =>
        ['ValidateRequestBody', 'ValidateRequestParameters'].every(
          (name) => !isAbsent(properties[name]) && isTrue(properties[name]),
        ),
      );
    return new Set(
      validators.flatMap((validator) =>
        follow(validator.properties.RestApiId, validator).flatMap((origin) =>
          origin.kind === 'resource' ? [origin.resource] : [],
        ),
      ),
    );
  });
}
