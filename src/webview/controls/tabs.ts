import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../format.ts';

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly count?: number | undefined;
}

/**
 * Tabs with one stop in the tab order; arrows move and choose. Our own: vscode-tabs 2.5.1 names panels that a page which
 * renders only the open one does not have, and answers to Enter alone.
 */
export function tabs<Id extends string>(options: {
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
}): TemplateResult {
  const { chosen, onChoose } = options;
  const move = (event: KeyboardEvent): void => {
    // Where the focus is, not what was drawn: keys may come faster than frames.
    const bar = event.currentTarget as HTMLElement; // the tab list the listener stands on
    const at = [...bar.children].findIndex((tab) => tab === document.activeElement);
    if (at < 0) return;
    const last = options.tabs.length - 1;
    const next = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onChoose(options.tabs[next].id);
    bar.querySelector<HTMLElement>(`#tab-${options.tabs[next].id}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${options.label} @keydown=${move}>
    ${options.tabs.map(
      (tab) =>
        html`<button
          type="button"
          role="tab"
          id="tab-${tab.id}"
          aria-selected=${tab.id === chosen ? 'true' : 'false'}
          aria-controls=${tab.id === chosen ? 'tabpanel' : nothing}
          tabindex=${tab.id === chosen ? 0 : -1}
          @click=${() => onChoose(tab.id)}
        >
          ${tab.label}${tab.count === undefined ? nothing : html`<span class="count">${count(tab.count)}</span>`}
        </button>`,
    )}
  </div>`;
}
