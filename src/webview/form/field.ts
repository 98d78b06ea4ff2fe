import { html, nothing, type TemplateResult } from 'lit';
import type { Issue } from '../../model/issue.ts';
import { applyFix, editStudy, reveal } from '../actions.ts';
import { icon, link, select, textField, toggle, type Template } from '../controls/controls.ts';
import { typing } from '../controls/typed.ts';
import { words } from '../format.ts';
import type { Panel } from '../panel.ts';
import {
  effectiveAt,
  isChanged,
  issuesAt,
  optionsOfKind,
  shapeAt,
  valueAt,
  type Path,
} from './studyValues.ts';

/** Fields of the study made from its schema: what the control is, what it allows, what is wrong, whether it was changed. */

export interface FieldOptions {
  readonly path: Path;
  readonly label: string;
  /** Values offered instead of the schema's. */
  readonly options?: readonly string[];
  /** Words for values. */
  readonly words?: Readonly<Record<string, string>>;
  readonly placeholder?: string;
  readonly extra?: string;
  /** Writes in another way than setting the value at the path. */
  readonly write?: (value: unknown) => void;
}

export function isReadOnly(panel: Panel): boolean {
  return panel.state.document?.readOnly !== null;
}

export function issuesOf(panel: Panel): readonly Issue[] {
  return panel.state.check?.issues ?? [];
}

/** A labelled control with its message; the bar at the left says that it was changed from the default. */
export function field(panel: Panel, options: FieldOptions): TemplateResult {
  const { path, label, extra = '' } = options;
  const shape = shapeAt(path);
  const problems = issuesAt(issuesOf(panel), path);
  return html`<div class="field ${extra} ${isChanged(panel.state.written, path) ? 'mod' : ''}">
    <span class="label" title=${shape.description}>${label}</span>
    ${control(panel, options)} ${problems.map((issue) => issueLine(panel, issue))}
  </div>`;
}

/** A field of an object that the text may not have yet: the first value written makes it, with what it needs. */
export function within(
  panel: Panel,
  parent: Path,
  { key, first = {} }: { readonly key: string; readonly first?: Readonly<Record<string, unknown>> },
): Required<Pick<FieldOptions, 'path' | 'write'>> {
  return {
    path: [...parent, key],
    write: (value) => {
      if (valueAt(panel.state.written, parent) === undefined)
        editStudy(panel, parent, { ...first, [key]: value });
      else editStudy(panel, [...parent, key], value);
    },
  };
}

/** The control alone. */
export function control(panel: Panel, options: FieldOptions): TemplateResult {
  const { path, label } = options;
  const { written } = panel.state;
  const shape = shapeAt(path);
  const raw = effectiveAt(written, path);
  const value = typeof raw === 'object' && raw !== null && 'kind' in raw ? raw.kind : raw;
  const invalid = issuesAt(issuesOf(panel), path).find((issue) => issue.severity === 'error')?.message;
  const write = options.write ?? ((next: unknown) => editStudy(panel, path, next));
  const choices = options.options ?? shape.choices;
  if (shape.kind === 'boolean')
    return toggle({
      pressed: value === true,
      title: label,
      content: value === true ? 'on' : 'off',
      disabled: isReadOnly(panel),
      onClick: () => write(value !== true),
    });
  const name = path.join('.');
  // Values to choose from may come while one is being typed.
  if (choices.length > 0 && (shape.kind === 'choice' || options.options) && !typing.isIn(name))
    return select({
      value: textOf(value),
      label,
      disabled: isReadOnly(panel),
      invalid,
      options: choices.map((choice) => ({ value: choice, label: options.words?.[choice] ?? choice })),
      onChange: write,
    });
  return textField({
    value: shape.kind === 'json' ? jsonText(value) : textOf(value),
    label,
    field: name,
    placeholder: options.placeholder ?? (shape.nullable ? 'none' : ''),
    readonly: isReadOnly(panel),
    invalid,
    onCommit: (text) => {
      const read = readText(text, shape);
      if (read.ok) write(read.value);
      else {
        panel.dispatch({ type: 'fault', fault: { code: 'badInput', message: `${label}: ${read.reason}` } });
        panel.redraw();
      }
    },
  });
}

type ReadText =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

/** A typed text as the value it stands for; an empty one takes the property back. */
export function readText(text: string, shape: Pick<ReturnType<typeof shapeAt>, 'kind'>): ReadText {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'none') return { ok: true, value: undefined };
  if (shape.kind === 'integer' || shape.kind === 'number') {
    const number = Number(trimmed);
    return Number.isFinite(number)
      ? { ok: true, value: number }
      : { ok: false, reason: `“${trimmed}” is not a number.` };
  }
  if (shape.kind === 'json') {
    try {
      return { ok: true, value: JSON.parse(trimmed) as unknown };
    } catch {
      return { ok: false, reason: 'This is not JSON. Example: { "optimizer": "sgd" }' };
    }
  }
  return { ok: true, value: trimmed };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function jsonText(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = JSON.stringify(value);
  return text === '[]' || text === '{}' ? '' : text;
}

/** One problem beside its field, with what mends it, else a way to its place in the text. */
export function issueLine(panel: Panel, issue: Issue): TemplateResult {
  const { fix } = issue;
  const name = { error: 'error', warning: 'warning', info: 'info' }[issue.severity];
  return html`<div class="issue ${issue.severity}" role=${issue.severity === 'error' ? 'alert' : nothing}>
    ${icon(name)}<span>${issue.message.replaceAll('`', '')}</span>
    ${
      fix && !isReadOnly(panel)
        ? link(fix.title, () => applyFix(panel, fix))
        : panel.state.document?.kind === 'file'
          ? link('Show in the text', () => reveal(panel, issue.path))
          : nothing
    }
  </div>`;
}

/** Options of the chosen kind of a union (sampler, pruner): setting one turns the short form into an object. */
export function kindOptions(panel: Panel, path: Path): Template {
  const raw = effectiveAt(panel.state.written, path);
  const kind = typeof raw === 'string' ? raw : textOf(valueAt(raw, ['kind']));
  const names = optionsOfKind(path, kind);
  if (names.length === 0) return nothing;
  return html`${names.map((name) =>
    field(panel, {
      path: [...path, name],
      label: `${kind}: ${words(name)}`,
      placeholder: 'default',
      write: (value) => {
        if (typeof raw === 'object' && raw !== null) editStudy(panel, [...path, name], value);
        else editStudy(panel, path, { kind, [name]: value });
      },
    }),
  )}`;
}
