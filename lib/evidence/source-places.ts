import type { Source } from './model';

/** Folders in which constructs are created; a frame elsewhere is a tool's. */
const OURS = ['bin', 'lib', 'lambda', 'policies'];
/** An absolute path with line and column, in brackets, where it may hold spaces, or bare. */
const PLACE = /(?:\(((?:\/|[A-Za-z]:)[^()"]*?)(?=:\d+:\d+\))|(?<![\w/.])(\/[^\s()"\\:]+))(:\d+:\d+)\)?/g;
const FRAME = /([^()]+):(\d+):\d+\)?$/;

/**
 * Finds the place in this repository that a stack of calls names first. The output of synth has paths of the machine
 * that made it; of those, only what is left below the repository is ever returned.
 */
export class SourcePlaces {
  private readonly known = new Map<string, string | null>();

  /** @param exists whether the repository has such a file, by its path from the root */
  constructor(private readonly exists: (path: string) => boolean) {}

  /** @param frames such as `new DataStack (/somewhere/lib/data/data-stack.ts:63:27)`, innermost first */
  of(frames: readonly string[]): Source {
    for (const frame of frames) {
      const [, path, line] = FRAME.exec(frame.trim()) ?? [];
      const file = path === undefined ? null : this.fileOf(path.trim().replaceAll('\\', '/'));
      if (file !== null && Number(line) > 0) return { file, line: Number(line) };
    }
    return null;
  }

  /** The text with each `/somewhere/lib/a.ts:1:2` as `lib/a.ts:1:2`, or `(elsewhere)` where it is no file of ours. */
  withoutMachine(text: string): string {
    return text.replaceAll(PLACE, (_, inBrackets: string | undefined, bare: string | undefined, at: string) => {
      const path = inBrackets ?? bare ?? '';
      const file = this.fileOf(path.replaceAll('\\', '/'));
      const place = file === null ? 'elsewhere' : `${file}${at}`;
      return inBrackets === undefined ? place : `(${place})`;
    });
  }

  private fileOf(path: string): string | null {
    const known = this.known.get(path);
    if (known !== undefined) return known;
    const found = path.includes('node_modules/') ? null : this.within(path.split('/'));
    this.known.set(path, found);
    return found;
  }

  /** The longest end of the path that is a file here. */
  private within(parts: readonly string[]): string | null {
    for (let from = 0; from < parts.length - 1; from++) {
      const rest = parts.slice(from);
      const file = rest.join('/');
      if (OURS.includes(String(rest[0])) && !rest.includes('..') && this.exists(file)) return file;
    }
    return null;
  }
}
