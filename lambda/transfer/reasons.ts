import type { DecidedBy } from './model';

/** What stands in records where a caller named something that the register does not know: its words are not kept. */
export const UNREGISTERED = 'unregistered';

const said = (id: string, statement: string): DecidedBy => ({ id, statement, citation: '' });

/** Reasons of the code, for what no policy can say. All but the first three come before any policy is asked. */
export const REASONS = {
  noPolicyPermits: said('engine.no-policy-permits', 'No policy permits this, and what is not permitted is denied.'),
  evaluationFailed: said('engine.evaluation-failed', 'A policy could not be evaluated, so the answer is no.'),
  recordFailed: said('record.failed', 'The decision could not be recorded, so the answer is no. Ask again.'),
  liveUnknown: said(
    'live.unknown',
    'Restrictions and the state of the tenant could not be read of late, so the answer is no. Ask again.',
  ),
  unknownProcessor: said('register.unknown-processor', 'The register has no such processor in this stage.'),
  unknownPurpose: said('register.unknown-purpose', 'The register has no such purpose.'),
  unknownBasis: said('register.unknown-basis', 'The register has no such ground.'),
  unknownCategory: said('register.unknown-category', 'The register does not have every category that was named.'),
  unknownField: said(
    'register.unknown-field',
    'The register does not have every field that was named. Look for a misspelt one, or have it registered.',
  ),
  nothingLeft: said(
    'register.nothing-left',
    'None of the fields is in the field contract of this processor for this purpose, so nothing would be left.',
  ),
  outsideContract: said(
    'register.outside-contract',
    'The register has no field contract of this processor for this purpose.',
  ),
  noEndpoint: said(
    'register.no-endpoint',
    'The register has no address for this processor, so nothing can be delivered to it from here.',
  ),
  tokenWithoutSubject: said(
    'register.token-without-subject',
    'A field has to be replaced by a token, and a token belongs to a person: name the subjectId.',
  ),
} as const satisfies Record<string, DecidedBy>;
