import { html, nothing, type TemplateResult } from 'lit';
import { manageTrust } from '../actions.ts';
import { icon, link, type Template } from '../controls/controls.ts';
import type { Panel } from '../panel.ts';
import { dataSection } from './dataSection.ts';
import { estimateAndRun } from './estimate.ts';
import { issueLine, issuesOf } from './field.ts';
import { confirmationSection, searchSection, spaceSection, trainingSection } from './searchSections.ts';
import type { Drafts } from './slider.ts';
import { splitSection } from './splitSection.ts';
import { issuesAt, type Path } from './studyValues.ts';

const sections = ['Data', 'Split', 'Hyperparameters', 'Search', 'Confirmation', 'Training'] as const;

/** Setup: the whole study file as a form. The text is the truth: what is changed here is one edit of it. */
export function setupTab(panel: Panel, drafts: Drafts): TemplateResult {
  return html`<div class="setupbody">
    ${readOnlyNote(panel)}
    <div class="setup">
      <nav class="toc" aria-label="Sections">
        ${sections.map(
          (name) =>
            html`<a
              href="#section-${name}"
              @click=${(event: Event) => {
                event.preventDefault();
                document.getElementById(`section-${name}`)?.scrollIntoView();
              }}
              >${name}</a
            >`,
        )}
      </nav>
      <div>
        ${rootIssues(panel)} ${dataSection(panel)} ${splitSection(panel, drafts)}
        ${spaceSection(panel, drafts)} ${searchSection(panel)} ${confirmationSection(panel)}
        ${trainingSection(panel)}
      </div>
    </div>
    ${estimateAndRun(panel)}
  </div>`;
}

function readOnlyNote(panel: Panel): Template {
  const reason = panel.state.document?.readOnly;
  if (!reason) return nothing;
  const isUntrusted = !panel.state.document?.trusted;
  return html`<div class="note" role="status">
    ${icon('lock')}<span>${reason}</span>
    ${isUntrusted ? link('Manage trust', () => manageTrust(panel)) : nothing}
  </div>`;
}

/** Problems of the file as a whole, or in places that no field stands for. */
function rootIssues(panel: Panel): Template {
  const known = [
    'data',
    'horizon',
    'split',
    'hyperparameters',
    'search',
    'objective',
    'earlyStopping',
    'trainer',
    'name',
    'notes',
  ];
  const hidden: readonly Path[] = [
    ['search', 'when'],
    ['search', 'points'],
  ];
  const problems = issuesOf(panel).filter(
    (issue) =>
      !known.includes(String(issue.path[0])) || hidden.some((path) => issuesAt([issue], path).length > 0),
  );
  return problems.length === 0
    ? nothing
    : html`<div class="issues">${problems.slice(0, 20).map((issue) => issueLine(panel, issue))}</div>`;
}
