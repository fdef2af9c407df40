import { escapeUTF8 } from 'entities/escape';

/** HTML that is safe to put into a page. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Html[];

/** HTML from a template; whatever is put in that is not HTML already is escaped. */
export function html(literal: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(literal.map((text, i) => text + inserted(parts[i] ?? '')).join(''));
}

function inserted(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('\n');
  return escapeUTF8(String(part));
}
