import { plainText } from '../model/plainText.ts';

/**
 * Text from files inside Markdown: every character that Markdown or HTML gives a meaning is escaped, line breaks become
 * spaces, invisible ones their code points, so that a study named `[click](command:...)` shows exactly that. Any ASCII punctuation may be escaped by a
 * backslash (CommonMark 2.4).
 */
export function escapeMarkdown(text: string): string {
  return plainText(text.replace(/\s+/g, ' '))
    .replace(/[!"#$%'()*+,\-./:;=?@[\\\]^_`{|}~]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/**
 * Text for a notification. VS Code makes links of `[text](target)` there, also to commands, and runs them at a click: a study
 * named like one, or a sentence that quotes it, must stay text.
 */
export function messageText(text: string): string {
  return text.split('\n').map(plainText).join('\n').replaceAll('](', '] (');
}
