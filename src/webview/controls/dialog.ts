import { html, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';

/** A modal dialog: Tab goes round in it, Escape and a press beside it close it, its first field or button has the focus. */
export function dialog(options: {
  readonly title: string;
  readonly body: unknown;
  readonly actions: unknown;
  readonly close: () => void;
  /** Ctrl+Enter anywhere in it. */
  readonly commit?: (event: Event) => void;
}): TemplateResult {
  const { title, body, actions, close, commit } = options;
  return html`<div class="veil dark" @pointerdown=${close}></div>
    <div
      class="dialog"
      role="dialog"
      aria-modal="true"
      aria-labelledby="dialog-title"
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape') close();
        else if (event.key === 'Tab') goRound(event);
        else if (commit && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) commit(event);
        else return;
        event.preventDefault();
      }}
      ${ref(focusFirst)}
    >
      <h2 id="dialog-title">${title}</h2>
      ${body}
      <div class="row">${actions}</div>
    </div>`;
}

const stopsOf = (dialog: Element): HTMLElement[] => [
  ...dialog.querySelectorAll<HTMLElement>('textarea, vscode-button'),
];

/** Once the drawing has put it into the page. */
function focusFirst(element: Element | undefined): void {
  if (!element || element.hasAttribute('data-met')) return;
  element.setAttribute('data-met', '');
  queueMicrotask(() => stopsOf(element)[0]?.focus());
}

function goRound(event: KeyboardEvent): void {
  const stops = stopsOf(event.currentTarget as Element); // the dialog the listener stands on
  const at = stops.findIndex((stop) => stop === document.activeElement);
  stops[(at + (event.shiftKey ? -1 : 1) + stops.length) % stops.length]?.focus();
}
