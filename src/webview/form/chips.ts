import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from '../controls/controls.ts';

/** Values in a row that can be taken out, and a field to add one. */
export function chips(options: {
  readonly label: string;
  readonly values: readonly string[];
  readonly readonly: boolean;
  /** Values to pick from; without them any text can be typed. */
  readonly offered?: readonly string[];
  readonly onRemove: (index: number) => void;
  readonly onAdd: (value: string) => void;
}): TemplateResult {
  const { label, values, offered, onRemove, onAdd } = options;
  const take = (field: HTMLInputElement | HTMLSelectElement): void => {
    const value = field.value.trim();
    field.value = '';
    if (value !== '') onAdd(value);
  };
  return html`<div class="chips" role="group" aria-label=${label}>
    ${repeat(
      values,
      // A chip stays the same element when others come or go: a click under way takes out the value that was aimed at.
      (value, i) => `${value} ${values.indexOf(value) === i ? '' : i}`,
      (value, i) =>
        html`<span class="chip ${options.readonly ? 'plain' : ''}"
          >${value}${
            options.readonly
              ? nothing
              : html`<button type="button" aria-label="Remove ${value}" @click=${() => onRemove(i)}>
                  ${icon('close')}
                </button>`
          }</span
        >`,
    )}
    ${
      options.readonly || offered?.length === 0
        ? nothing
        : offered
          ? html`<span class="chip add"
              >${icon('add')}<select
                aria-label="Add to ${label}"
                @change=${(event: Event) => take(event.target as HTMLSelectElement) /* the select */}
              >
                <option value="">Add</option>
                ${offered.map((value) => html`<option value=${value}>${value}</option>`)}
              </select></span
            >`
          : html`<span class="chip add"
              >${icon('add')}<input
                type="text"
                placeholder="Add"
                aria-label="Add to ${label}"
                @keydown=${(event: KeyboardEvent) => {
                  if (event.key !== 'Enter') return;
                  event.preventDefault();
                  take(event.target as HTMLInputElement); // the input
                }}
                @change=${(event: Event) => take(event.target as HTMLInputElement) /* the input */}
            /></span>`
    }
  </div>`;
}
