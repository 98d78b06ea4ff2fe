/**
 * Text from files inside Markdown: every character that Markdown or HTML gives a meaning is escaped, line breaks become
 * spaces, so that a study named `[click](command:...)` shows exactly that. Any ASCII punctuation may be escaped by a
 * backslash (CommonMark 2.4).
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[!"#$%'()*+,\-./:;=?@[\\\]^_`{|}~]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
