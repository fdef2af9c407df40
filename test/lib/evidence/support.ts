import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';

const SCHEMAS = join(__dirname, '..', '..', 'fixtures', 'schemas');

function read(name: string): object {
  return JSON.parse(readFileSync(join(SCHEMAS, name), 'utf8'));
}

/** Checks against the published schema of SARIF 2.1.0. */
export function sarifValidator(): ValidateFunction {
  const ajv = new Ajv04({ strict: false, allErrors: true });
  addFormats(ajv as unknown as Ajv);
  return ajv.compile(read('sarif-2.1.0.schema.json'));
}

/** Checks against the published schema of OSCAL 1.1.3. */
export function oscalValidator(): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  return ajv.compile(read('oscal-complete-1.1.3.schema.json'));
}

/** What is wrong, in words that a failing test can show. */
export function complaints(validate: ValidateFunction, document: unknown): string[] {
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
