import { expect, test } from 'vitest';
import { escapeMarkdown, messageText } from './tooltipText.ts';

test.each([
  '[run](command:workbench.action.terminal.new)',
  '<img src=x onerror=alert(1)>',
  '![x](https://example.com/x.png)',
  '$(alert) `code` **bold**',
  'line\n\n# heading',
  'https://example.com',
  '&lt;b&gt;',
])('%s loses its meaning', (text) => {
  const escaped = escapeMarkdown(text);
  expect(escaped).not.toMatch(/(^|[^\\])[[\]()<>`*#!$:]/);
  expect(escaped).not.toContain('\n');
});

/** How VS Code finds links in a notification (base/common/linkedText.ts). */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;

test.each([
  '[run](command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22x%22%7D)',
  '[a](https://example.com "b") and [c](file:///etc/passwd)',
])('%s is no link in a notification', (text) => {
  expect(text).toMatch(link); // broken twin: the text as it is
  expect(messageText(`Study ${text} cannot go on`)).not.toMatch(link);
});

test('marks that reorder or hide what stands beside them are shown as code points', () => {
  for (const show of [escapeMarkdown, messageText])
    expect(show('a\u202Eb\u0000')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
