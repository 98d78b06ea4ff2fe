import { html, type TemplateResult } from 'lit';
import type { Panel } from '../panel.ts';
export function plotsTab(_panel: Panel): TemplateResult {
  return html``;
}
