import { expect, test } from 'vitest';
import { escapeMarkdown } from './tooltipText.ts';

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
