import type { Block, ReportDocument, Table } from './document.ts';
import { plainText } from '../../model/plainText.ts';

/** The same report as Markdown (GitHub's): no pictures; the tables and readings stay. Text cannot become markup. */
export function renderMarkdown(document: ReportDocument): string {
  const parts = [
    `# ${inline(document.title)}`,
    inline(document.subtitle),
    ...document.sections.flatMap((section, i) => [
      `## ${i + 1} ${inline(section.title)}`,
      ...section.blocks.map(block),
    ]),
    '---',
    inline(document.foot),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function block(b: Block): string {
  switch (b.kind) {
    case 'lead':
      return `**${inline(b.text)}**`;
    case 'text':
      return inline(b.text);
    case 'warning':
      return [
        `> **Warning:** ${inline(b.text)}`,
        ...(b.items ?? []).map((item) => `> - ${inline(item)}`),
      ].join('\n');
    case 'table':
      return table(b);
    case 'facts':
      return b.facts.map(([term, text]) => `- ${inline(term)}: ${inline(text)}`).join('\n');
    case 'code':
      return b.text
        .split('\n')
        .map((line) => `    ${plainText(line)}`)
        .join('\n');
    case 'figure':
      return '';
  }
}

function table(t: Table): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(inline).join(' | ')} |`;
  const rows = t.rows.map(
    (cells, i) => `| ${cells.map((c) => (i === t.strong ? `**${inline(c)}**` : inline(c))).join(' | ')} |`,
  );
  const rule = `| ${t.head.map((_, i) => (i === 0 ? '---' : '---:')).join(' | ')} |`;
  return [inline(t.caption), '', row(t.head), rule, ...rows].join('\n');
}

/** Characters that mean something in Markdown or HTML, with a backslash (CommonMark 2.4) or as an entity. */
function inline(text: string): string {
  return plainText(text)
    .replace(/[\\`*_[\]|~]/g, (c) => `\\${c}`)
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/^(\s*)(#|[-+](?=\s))/, '$1\\$2')
    .replace(/https?:/g, (scheme) => scheme.replace(':', '&#58;'));
}
