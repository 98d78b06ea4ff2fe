import { html, type TemplateResult } from 'lit';
import type { Panel } from '../panel.ts';
import { issueLine, issuesOf } from './field.ts';
import type { Path } from './studyValues.ts';

/** A part of the form under a heading, with the problems of its own paths above its fields. */
export function section(
  panel: Panel,
  options: {
    readonly name: string;
    readonly note: unknown;
    readonly body: unknown;
    readonly own?: readonly Path[];
  },
): TemplateResult {
  const { name, note, body, own = [] } = options;
  const problems = own.flatMap((path) =>
    issuesOf(panel).filter((issue) => JSON.stringify(issue.path) === JSON.stringify(path)),
  );
  return html`<section id="section-${name}" aria-labelledby="title-${name}">
    <header>
      <h2 id="title-${name}">${name}</h2>
      <span class="muted">${note}</span>
    </header>
    ${problems.map((issue) => issueLine(panel, issue))} ${body}
  </section>`;
}
