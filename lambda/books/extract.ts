import type { DocumentKind } from '../../policies/schema';
import { DATA_TABLE } from '../shared/names';
import { type BooksRegister, type DocumentKey, type KeptField, keptFieldsOf, kindOf } from './document';

/** Values that a statutory field can have. Anything nested could carry more than the law names. */
export type FieldValue = string | number | boolean;

/** A document cut down to what laws name. */
export interface Extract {
  /** The statutory fields that the row has. */
  readonly kept: Readonly<Record<string, FieldValue>>;
  /** The same fields, each with its law. */
  readonly keptFields: readonly KeptField[];
  /** Attributes that are left behind; the two of the key are not counted. */
  readonly dropped: number;
  /**
   * What a person has to look at before the row may go: fields that the law demands and the row lacks or holds
   * in a form that cannot be read, and fields that are not what the row's key says. Names only.
   */
  readonly findings: readonly { readonly code: 'missing' | 'unreadable' | 'not-as-key'; readonly field: string }[];
}

/** Fields that the key repeats; where they differ, the plan was made for another document. */
const IN_KEY = { invoiceDate: 'issuedOn', invoiceNumber: 'number' } as const;

/**
 * Cuts a row down to the fields that books.yaml lists for its kind. What is not listed is dropped, and nothing
 * is made up for what is missing. Pure.
 *
 * @throws Error on a kind that the register does not have
 */
export function extract(
  item: Readonly<Record<string, unknown>>,
  document: Pick<DocumentKey, 'kind' | 'issuedOn' | 'number'>,
  register: BooksRegister,
): Extract {
  const { fields } = kindOf(document.kind, register);
  const kept: [string, FieldValue][] = [];
  const findings: Extract['findings'][number][] = [];
  for (const field of fields) {
    const value = Object.hasOwn(item, field.name) ? item[field.name] : undefined;
    const finding = findingOf(field, value, document);
    if (finding !== undefined) findings.push({ code: finding, field: field.name });
    if (isFieldValue(value)) kept.push([field.name, value]);
  }
  const names = new Set(kept.map(([name]) => name));
  return {
    kept: Object.fromEntries(kept),
    keptFields: keptFieldsOf(document.kind, register).filter(({ field }) => names.has(field)),
    dropped: Object.keys(item).filter((name) => !names.has(name) && !isKey(name)).length,
    findings,
  };
}

function findingOf(
  { name, required }: DocumentKind['fields'][number],
  value: unknown,
  document: Pick<DocumentKey, 'issuedOn' | 'number'>,
): Extract['findings'][number]['code'] | undefined {
  if (value === undefined || value === null || value === '') return required ? 'missing' : undefined;
  if (!isFieldValue(value)) return 'unreadable';
  const inKey = name === 'invoiceDate' || name === 'invoiceNumber' ? document[IN_KEY[name]] : undefined;
  return inKey === undefined || inKey === value ? undefined : 'not-as-key';
}

function isFieldValue(value: unknown): value is FieldValue {
  if (typeof value === 'string') return value !== '';
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

function isKey(name: string): boolean {
  return name === DATA_TABLE.partitionKey || name === DATA_TABLE.sortKey;
}
