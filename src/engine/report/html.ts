import { plainText } from '../../model/plainText.ts';

/** Markup that is safe to write as it is. Only `html` and `join` make it. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = string | number | Html | readonly Html[];

/** Markup with everything that is put in escaped, unless it is Html itself. For element text and quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const pieces = strings.map((text, i) => (i === 0 ? text : partMarkup(parts[i - 1]) + text));
  return new Html(pieces.join(''));
}

function partMarkup(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeHtml(part);
  return part.map((p) => p.markup).join('');
}

/** Text for elements and quoted attributes; what hides or reorders text is shown as code points. */
function escapeHtml(text: string): string {
  return plainText(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
