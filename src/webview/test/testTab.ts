import { html, type TemplateResult } from 'lit';
import type { Panel } from '../panel.ts';
export function testTab(_panel: Panel): TemplateResult {
  return html``;
}
