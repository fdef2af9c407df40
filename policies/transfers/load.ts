import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type DetailedError,
  formatPolicies,
  type PolicyJson,
  policySetTextToParts,
  policyToJson,
  type SchemaJson,
  schemaToJson,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { parse } from 'yaml';
import { RegisterError } from '../register';
import { transfersSchema } from '../transfer-schema';
import { kindOf, problemsOfPolicy, type Words } from './policy-checks';

/** One policy as functions carry it. */
export interface TransferPolicy {
  /** `@id`, under which it is named in decisions. */
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** The sentence for people. */
  readonly statement: string;
  readonly citation: string;
  /** Kind of processor in its scope (`resource in Kind::"sms"`); null = every kind. */
  readonly kind: string | null;
  /** Cedar's JSON form, parsed in less time than text. */
  readonly json: PolicyJson;
}

/** policies/transfers as plain JSON; policies in the order of their ids. */
export interface TransferPolicies {
  readonly policies: readonly TransferPolicy[];
  readonly schema: SchemaJson<string>;
}

const SCHEMA_FILE = 'transfers.cedarschema';
/** How `formatPolicies` writes them. */
const FORMAT = { lineWidth: 120, indentWidth: 2 } as const;

/**
 * Reads the policies of transfers and checks them: syntax, types against the schema, form, words, ids, format. For
 * synth, CLI and tests; functions carry the result.
 *
 * @param dir folder of the files; default: the folder of this module
 * @param words words that policies may compare with; default: those of transfers.yaml beside the folder
 * @throws RegisterError with one line per problem: `policies/transfers/residency.cedar:4: expected …`
 */
export function loadPolicies(dir: string = __dirname, words: Words = wordsBeside(dir)): TransferPolicies {
  const label = `${basename(dirname(resolve(dir)))}/${basename(resolve(dir))}`;
  const schema = readSchema(dir, label);
  const read = readdirSync(dir)
    .filter((name) => name.endsWith('.cedar'))
    .sort()
    .map((name) => new PolicyFile(`${label}/${name}`, readFileSync(join(dir, name), 'utf8')));
  const parsed = read.flatMap((file) => file.policies);
  const problems = [
    ...read.flatMap((file) => file.problems(words)),
    ...validated(schema, parsed),
    ...repeated(parsed),
    ...(read.length === 0 ? [`${label}: expected policies in files such as residency.cedar`] : []),
  ];
  if (problems.length > 0) throw new RegisterError([...new Set(problems)]);
  const policies = parsed.map(({ json }) => ({
    id: json.annotations?.id ?? '',
    effect: json.effect,
    statement: json.annotations?.statement ?? '',
    citation: json.annotations?.citation ?? '',
    kind: kindOf(json),
    json,
  }));
  return { policies: policies.sort((a, b) => (a.id < b.id ? -1 : 1)), schema };
}

/** The words of transfers.yaml. */
export function wordsOf(transfers: {
  readonly purposes: readonly { id: string }[];
  readonly bases: readonly { id: string }[];
  readonly categories: readonly { id: string }[];
}): Words {
  const ids = (entries: readonly { id: string }[]) => entries.map((entry) => entry.id);
  return {
    purposes: ids(transfers.purposes),
    bases: ids(transfers.bases),
    categories: ids(transfers.categories),
  };
}

function wordsBeside(dir: string): Words {
  const file = join(dir, '..', 'transfers.yaml');
  const read = transfersSchema.safeParse(parse(readFileSync(file, 'utf8')));
  if (!read.success)
    throw new RegisterError([
      `${basename(dirname(resolve(dir)))}/transfers.yaml:1: (file): expected the words of transfers`,
    ]);
  return wordsOf(read.data);
}

function readSchema(dir: string, label: string): SchemaJson<string> {
  const text = readFileSync(join(dir, SCHEMA_FILE), 'utf8');
  const read = schemaToJson(text);
  if (read.type === 'success') return read.json;
  throw new RegisterError(read.errors.map((error) => located(`${label}/${SCHEMA_FILE}`, text, error)));
}

interface ParsedPolicy {
  readonly json: PolicyJson;
  /** `file:line` of its `@id`. */
  readonly place: string;
}

/** One file of policies. */
class PolicyFile {
  readonly policies: readonly ParsedPolicy[];
  private readonly unreadable: readonly string[];

  constructor(
    private readonly label: string,
    private readonly text: string,
  ) {
    const parts = policySetTextToParts(text);
    if (parts.type === 'failure') {
      this.policies = [];
      this.unreadable = parts.errors.map((error) => located(label, text, error));
      return;
    }
    this.unreadable = parts.policy_templates.length > 0 ? [`${label}:1: expected no templates`] : [];
    this.policies = parts.policies.flatMap((part) => {
      const parsed = policyToJson(part);
      return parsed.type === 'success' ? [{ json: parsed.json, place: this.placeOf(part) }] : [];
    });
    // Less than what was split means that a policy would be left out without a word.
    if (this.policies.length < parts.policies.length) this.unreadable = [...this.unreadable, `${label}:1: unreadable`];
  }

  problems(words: Words): string[] {
    if (this.unreadable.length > 0) return [...this.unreadable];
    return [
      ...this.policies.flatMap(({ json, place }) =>
        problemsOfPolicy(json, words).map((problem) => `${place}: ${problem}`),
      ),
      ...this.misformatted(),
    ];
  }

  /** Parts are verbatim text of the file. */
  private placeOf(part: string): string {
    const start = this.text.indexOf(part);
    return `${this.label}:${lineAt(this.text, Math.max(start, 0))}`;
  }

  private misformatted(): string[] {
    const formatted = formatPolicies({ policyText: this.text, ...FORMAT });
    if (formatted.type === 'failure') return formatted.errors.map((error) => located(this.label, this.text, error));
    if (formatted.formatted_policy === this.text) return [];
    const wanted = formatted.formatted_policy.split('\n');
    const line = this.text.split('\n').findIndex((text, i) => text !== wanted[i]);
    return [`${this.label}:${line + 1}: expected Cedar's format, here ${JSON.stringify(wanted[line] ?? '')}`];
  }
}

/** Types against the schema. `validate` answers success with errors inside. */
function validated(schema: SchemaJson<string>, policies: readonly ParsedPolicy[]): string[] {
  const staticPolicies = Object.fromEntries(policies.map(({ json }, i) => [`p${i}`, json]));
  const answer = validate({ schema, policies: { staticPolicies } });
  if (answer.type === 'failure') return answer.errors.map((error) => `policies: ${error.message}`);
  return [...answer.validationErrors, ...answer.validationWarnings].map(({ policyId, error }) => {
    const help = error.help === null ? '' : ` (${error.help})`;
    return `${policies[Number(policyId.slice(1))]?.place}: ${error.message.replace(/^for policy `p\d+`, /, '')}${help}`;
  });
}

function repeated(policies: readonly ParsedPolicy[]): string[] {
  const ids = policies.map(({ json }) => json.annotations?.id);
  return policies.flatMap(({ place }, i) => {
    const first = ids.indexOf(ids[i]);
    if (ids[i] === undefined || first === i) return [];
    return [`${place}: expected a new @id, got "${ids[i]}" again (${policies[first]?.place})`];
  });
}

/** `file:line: message` for an error whose place Cedar gives in bytes. */
function located(label: string, text: string, { message, sourceLocations }: DetailedError): string {
  const offset = Buffer.from(text)
    .subarray(0, sourceLocations?.[0]?.start ?? 0)
    .toString().length;
  const expected = sourceLocations?.[0]?.label;
  return `${label}:${lineAt(text, offset)}: ${message}${expected ? `, ${expected}` : ''}`;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
