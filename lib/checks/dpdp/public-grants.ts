import { mayBeEverybody, narrows, principals, statements } from './policy-documents';
import type { Verdict } from './rule';
import { at, type TemplateResource, type Value } from './template';

/** Conditions that say who it is or where he comes from. */
const WHO = [
  ...['aws:principalarn', 'aws:principalaccount', 'aws:principalorgid', 'aws:principalorgpaths', 'aws:userid'],
  ...['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:sourceowner'],
  ...['aws:sourcevpce', 'aws:sourcevpc', 'aws:sourceip', 's3:dataaccesspointaccount', 's3:dataaccesspointarn'],
];

/** Whether a policy may allow something to everybody, on no condition that says who it is. */
export function isPublic(document: Value, from: TemplateResource): boolean {
  return statements(document).some(
    (statement) => principals(statement, from).some(mayBeEverybody) && !narrows(at(statement, 'Condition'), WHO),
  );
}

/** Judges the policy of a resource by its property `PolicyDocument`. One without a document is not told. */
export function notPublic(resource: TemplateResource): Verdict {
  const { PolicyDocument: document } = resource.properties;
  return document !== undefined && !isPublic(document, resource) ? 'compliant' : 'broken';
}
