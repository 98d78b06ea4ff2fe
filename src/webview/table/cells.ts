import { html, type TemplateResult } from 'lit';
import type { ShownState } from '../../model/trial.ts';

/** Marks of trials, the same in the table, the strip and the plots: an icon (codicon and its tone) for each state. */

export const stateIcons: Readonly<Record<ShownState, readonly [string, string]>> = {
  waiting: ['circle-outline', 'muted'],
  running: ['loading', 'codicon-modifier-spin lead'],
  interrupted: ['debug-pause', 'muted'],
  complete: ['check', 'muted'],
  pruned: ['circle-slash', 'muted'],
  failed: ['error', 'err'],
};

export function diamond(): TemplateResult {
  return html`<svg class="inline" width="11" height="11" viewBox="0 0 11 11" role="img" aria-label="leader">
    <path d="M5.5 .5 L10.5 5.5 L5.5 10.5 L.5 5.5z" fill="var(--better)"></path>
  </svg>`;
}
