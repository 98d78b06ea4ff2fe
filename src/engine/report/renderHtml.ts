import { createHash } from 'node:crypto';
import type { ExportFile } from '../exporters/exportFile.ts';
import type { Block, ReportDocument, Table } from './document.ts';
import { html, Html } from './html.ts';
import { chartStyle, lightVariables, reportStyle } from './style.ts';

/**
 * One file that opens anywhere without network. Its own content security policy allows nothing but its one style block (by
 * hash): no script, no image, no connection. Every text is escaped.
 */
export function renderHtml(document: ReportDocument): string {
  const hash = createHash('sha256').update(reportStyle).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${document.title}</title>
        ${new Html(`<style>${reportStyle}</style>`)}
      </head>
      <body>
        <main>
          <header>
            <h1>${document.title}</h1>
            <p>${document.subtitle}</p>
            <nav aria-label="Sections">
              ${document.sections.map((s, i) => html`<a href="#${s.id}">${i + 1} ${s.title}</a> `)}
            </nav>
          </header>
          ${document.sections.map(
            (s, i) =>
              html`<section id="${s.id}" aria-labelledby="${s.id}-title">
                <h2 id="${s.id}-title">${i + 1} ${s.title}</h2>
                <div class="blocks">${s.blocks.map(block)}</div>
              </section>`,
          )}
          <footer>${document.foot}</footer>
        </main>
      </body>
    </html> `;
  return `${page.markup.trim()}\n`;
}

/** Each chart as a file of its own, in light colours. */
export function figureFiles(document: ReportDocument): readonly ExportFile[] {
  const style = `<style>${lightVariables}${chartStyle} .chart { background: #fff; }</style>`;
  return document.sections
    .flatMap((section) => section.blocks)
    .flatMap((b) =>
      b.kind === 'figure'
        ? [{ name: `${b.id}.svg`, text: `${b.svg.markup.trim().replace(/>/, () => `>${style}`)}\n` }]
        : [],
    );
}

function block(b: Block): Html {
  switch (b.kind) {
    case 'lead':
      return html`<p class="lead">${b.text}</p>`;
    case 'text':
      return html`<p>${b.text}</p>`;
    case 'warning': {
      const items = b.items ?? [];
      return html`<div class="warning" role="note">
        <p>${b.text}</p>
        ${
          items.length > 0
            ? html`<ul>
                ${items.map((item) => html`<li>${item}</li>`)}
              </ul>`
            : ''
        }
      </div>`;
    }
    case 'table':
      return table(b);
    case 'facts':
      return html`<dl class="facts">
        ${b.facts.map(
          ([term, text]) =>
            html`<dt>${term}</dt>
              <dd>${text}</dd>`,
        )}
      </dl>`;
    case 'code':
      // Lines of a command block are ours; a line end inside a name would have been shown as its code point.
      return html`<pre>${b.text.split('\n').map((line) => html`${line}${new Html('\n')}`)}</pre>`;
    case 'figure':
      return html`<figure class="${b.wide}">
        <figcaption><b>${b.title}</b><span>${b.reading}</span></figcaption>
        ${b.svg}
      </figure>`;
  }
}

function table(t: Table): Html {
  // A table of few columns may stand beside a figure of half width.
  return html`<div class="${t.head.length <= 4 ? 'scroll narrow' : 'scroll'}">
    <table>
      <caption>
        <div>${t.caption}</div>
      </caption>
      <thead>
        <tr>
          ${t.head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${t.rows.map(
          (row, i) =>
            html`<tr class="${i === t.strong ? 'strong' : 'plain'}">
              ${row.map((cell, c) => (c === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
