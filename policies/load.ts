import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Document, isMap, isNode, isPair, isSeq, LineCounter, parseDocument } from 'yaml';
import { crossCheck } from './checks';
import type { CrossProblem } from './cross-problem';
import { type Path, pathText, problemsOf } from './problems';
import { RegisterError } from './register';
import { type Register, type RegisterFile, registerFiles } from './schema';

const NAMES = Object.keys(registerFiles) as RegisterFile[];

/**
 * Reads the register from its YAML files; for synth, CLI and tests, not for functions.
 *
 * @param dir folder of the files; default: the folder of this module
 * @throws RegisterError with one line per problem: `policies/retention.yaml:12: rules[3].period.value: expected …`
 */
export function loadRegister(dir: string = __dirname): Register {
  const sources = new Map(NAMES.map((name) => [name, new Source(dir, name)]));
  const problems = [...strangers(dir), ...[...sources.values()].flatMap((source) => source.problems())];
  if (problems.length > 0) throw new RegisterError(problems);

  // Every file has passed its own schema, so the object has the register's shape.
  const register = Object.fromEntries([...sources].map(([name, source]) => [name, source.data])) as Register;
  const disagreements = placed(crossCheck(register), sources);
  if (disagreements.length > 0) throw new RegisterError(disagreements);
  return register;
}

/**
 * One line for each problem that somebody else has found in a register that loads, in the form of RegisterError.
 *
 * @param dir folder that the register was loaded from
 */
export function linesOf(problems: readonly CrossProblem[], dir: string = __dirname): string[] {
  const files = new Set(problems.map(({ file }) => file));
  return placed(problems, new Map([...files].map((name) => [name, new Source(dir, name)])));
}

function placed(problems: readonly CrossProblem[], sources: ReadonlyMap<RegisterFile, Source>): string[] {
  return problems.map(({ file, path, message, against }) => sources.get(file)?.line(path, message, against) ?? message);
}

/** A misspelt or forgotten file would otherwise be read by nobody. */
function strangers(dir: string): string[] {
  const expected = NAMES.map((name) => `${name}.yaml`);
  return readFolder(dir)
    .filter((file) => /\.ya?ml$/.test(file) && !expected.includes(file))
    .map((file) => `${basename(resolve(dir))}/${file}:1: (file): expected one of ${expected.join(', ')}`);
}

function readFolder(dir: string): string[] {
  try {
    return readdirSync(dir).sort();
  } catch (cause) {
    throw new RegisterError([`${basename(resolve(dir))}: expected a folder with the register (${errorCode(cause)})`]);
  }
}

/** One file with its line numbers. */
class Source {
  /** What the file says, with the schema's defaults once `problems` has found none. */
  data: unknown;
  private readonly lines = new LineCounter();
  private readonly label: string;
  private readonly document: Document | undefined;
  private readonly unreadable: string | undefined;

  constructor(
    dir: string,
    private readonly name: RegisterFile,
  ) {
    this.label = `${basename(resolve(dir))}/${name}.yaml`;
    try {
      const text = readFileSync(join(dir, `${name}.yaml`), 'utf8');
      this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    } catch (cause) {
      this.unreadable = `${this.label}:1: (file): expected a readable file (${errorCode(cause)})`;
    }
    if (this.document?.errors.length === 0) this.data = this.document.toJS();
  }

  problems(): string[] {
    if (this.document === undefined) return this.unreadable === undefined ? [] : [this.unreadable];
    const syntax = [...this.document.errors, ...this.document.warnings];
    if (syntax.length > 0)
      return syntax.map(
        (e) => `${this.label}:${this.lines.linePos(e.pos[0]).line}: (file): expected YAML, ${e.message}`,
      );
    const parsed = registerFiles[this.name].safeParse(this.data);
    if (parsed.success) {
      this.data = parsed.data;
      return [];
    }
    return problemsOf(parsed.error, this.data).map(({ path, message }) => this.line(path, message));
  }

  /** `file:line: path: message (file:line of what it disagrees with)`. */
  line(path: Path, message: string, against?: Path): string {
    const other = against === undefined ? '' : ` (${this.place(against)})`;
    return `${this.place(path)}: ${pathText(path)}: ${message}${other}`;
  }

  /** `file:line`. What is missing has no line of its own, so its parent's is named. */
  private place(path: Path): string {
    const offset = this.document === undefined ? undefined : offsetOf(this.document, path);
    return `${this.label}:${offset === undefined ? 1 : this.lines.linePos(offset).line}`;
  }
}

/** Where in the text a path stands, or as much of it as is there: at the key where there is one. */
function offsetOf(document: Document, path: Path): number | undefined {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const part of path) {
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && String(item.key) === String(part));
      if (pair === undefined) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      next = pair.value;
    } else if (isSeq(node)) {
      next = node.items[Number(part)];
      if (isNode(next)) offset = next.range?.[0] ?? offset;
    }
    if (next === undefined || next === null) break;
    node = next;
  }
  return offset;
}

/** The code alone: the message would carry a path of this machine. */
function errorCode(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unreadable';
}
