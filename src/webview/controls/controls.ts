import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { typedOr, typing } from './typed.ts';

/** The only door to @vscode-elements/elements: what the page uses of it, with names and labels that are always there. */

export type Template = TemplateResult | typeof nothing;

export function icon(name: string, extra = ''): TemplateResult {
  return html`<i class="codicon codicon-${name} ${extra}" aria-hidden="true"></i>`;
}

export interface ButtonOptions {
  readonly label: string;
  readonly icon?: string;
  readonly kind?: 'primary' | 'secondary';
  readonly title?: string;
  readonly disabled?: boolean;
  readonly onClick: (event: MouseEvent) => void;
}

/**
 * vscode-button clicks itself on keydown. Left alone, the same Enter would then press what that click had focused: the
 * first item of a menu.
 */
function keepEnter(event: KeyboardEvent): void {
  if (event.key === 'Enter') event.preventDefault();
}

export function button(options: ButtonOptions): TemplateResult {
  const { label, icon: name, kind = 'secondary', title, disabled = false, onClick } = options;
  return html`<vscode-button
    ?secondary=${kind === 'secondary'}
    ?disabled=${disabled}
    title=${title ?? nothing}
    @click=${onClick}
    @keydown=${keepEnter}
    >${name ? html`<i class="codicon codicon-${name}" slot="content-before" aria-hidden="true"></i>` : nothing}${label}</vscode-button
  >`;
}

/** An icon alone; its label is its name for everybody who cannot see it, and its tooltip. */
export function iconButton(
  name: string,
  label: string,
  onClick: (event: MouseEvent) => void,
): TemplateResult {
  return html`<vscode-toolbar-button label=${label} title=${label} @click=${onClick}
    ><i class="codicon codicon-${name}" aria-hidden="true"></i
  ></vscode-toolbar-button>`;
}

export interface TextOptions {
  readonly value: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly readonly?: boolean;
  readonly invalid?: string | undefined;
  readonly icon?: string;
  readonly id?: string;
  /** What it stands for, where its label alone does not say it. */
  readonly field?: string;
  /** On Enter or when the field is left. */
  readonly onCommit?: (value: string) => void;
  /** On every key. */
  readonly onInput?: (value: string) => void;
}

export function textField(options: TextOptions): TemplateResult {
  const { value, label, placeholder, readonly = false, invalid, icon: name, id, onCommit, onInput } = options;
  const field = options.field ?? label;
  const valueOf = (event: Event): string => (event.target as HTMLInputElement).value; // the element the listener stands on
  return html`<vscode-textfield
    id=${id ?? nothing}
    .label=${label}
    .value=${typedOr(value, field)}
    .placeholder=${placeholder ?? ''}
    ?readonly=${readonly}
    ?invalid=${invalid !== undefined}
    title=${invalid ?? nothing}
    @change=${(event: Event) => {
      typing.end(event);
      if (valueOf(event) !== value) onCommit?.(valueOf(event));
    }}
    @input=${(event: Event) => {
      if (onInput) onInput(valueOf(event));
      else typing.begin(event, field);
    }}
    @focusout=${typing.end}
    >${name ? html`<i slot="content-before" class="codicon codicon-${name} muted" aria-hidden="true"></i>` : nothing}</vscode-textfield
  >`;
}

export interface SelectOptions {
  readonly value: string;
  readonly label: string;
  readonly options: readonly {
    readonly value: string;
    readonly label: string;
    readonly description?: string;
  }[];
  readonly disabled?: boolean;
  readonly invalid?: string | undefined;
  readonly onChange: (value: string) => void;
}

export function select(options: SelectOptions): TemplateResult {
  const { value, label, disabled = false, invalid, onChange } = options;
  const known = options.options.some((option) => option.value === value);
  const all = known ? options.options : [{ value, label: value }, ...options.options];
  return html`<vscode-single-select
    .label=${label}
    .value=${value}
    ?disabled=${disabled}
    ?invalid=${invalid !== undefined}
    title=${invalid ?? nothing}
    @change=${(event: Event) => {
      const chosen = (event.target as HTMLSelectElement).value; // the element the listener stands on
      if (chosen !== value) onChange(chosen);
    }}
    >${all.map(
      (option) =>
        html`<vscode-option value=${option.value} ?selected=${option.value === value}
          >${option.label}</vscode-option
        >`,
    )}</vscode-single-select
  >`;
}

export interface ToggleOptions {
  readonly pressed: boolean;
  readonly title: string;
  readonly content: unknown;
  readonly onClick: () => void;
  readonly extra?: string;
  readonly disabled?: boolean;
}

/** A small button that stays pressed. */
export function toggle(options: ToggleOptions): TemplateResult {
  const { pressed, title, content, onClick, extra = '', disabled = false } = options;
  return html`<button
    type="button"
    class="tg ${extra}"
    aria-pressed=${pressed ? 'true' : 'false'}
    aria-label=${title}
    title=${title}
    ?disabled=${disabled}
    @click=${onClick}
  >
    ${content}
  </button>`;
}

export function link(label: string, onClick: (event: MouseEvent) => void): TemplateResult {
  return html`<button type="button" class="link" @click=${onClick}>${label}</button>`;
}

/** A table that may be wider than the panel: it alone scrolls sideways, by keys too. */
export function wideTable(label: string, table: TemplateResult): TemplateResult {
  return html`<div class="across" role="group" tabindex="0" aria-label=${label}>${table}</div>`;
}

/** An empty, error or waiting state: what is so, why, and what to do. */
export function statePage(options: {
  readonly icon?: string;
  readonly title: string;
  readonly text: unknown;
  readonly actions?: unknown;
}): TemplateResult {
  return html`<div class="state">
    ${options.icon ? icon(options.icon) : nothing}
    <h2>${options.title}</h2>
    <p>${options.text}</p>
    ${options.actions ? html`<div class="row">${options.actions}</div>` : nothing}
  </div>`;
}
