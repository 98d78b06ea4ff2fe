import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import {
  hyperparameterNames,
  hyperparameterSpecs,
  type HyperparameterName,
  type ParamValue,
} from '../../model/hyperparameters.ts';
import { countOf, distributionOf, valuesOf, type Distribution } from '../../model/searchSpace.ts';
import { hyperparametersSchema } from '../../model/hyperparametersSpec.ts';
import { editStudy } from '../actions.ts';
import { select, textField, toggle, type Template } from '../controls/controls.ts';
import { count, words } from '../format.ts';
import type { Panel } from '../panel.ts';
import { chips } from './chips.ts';
import { isReadOnly, issueLine, issuesOf, readText } from './field.ts';
import { rangeEditor } from './rangeEditor.ts';
import type { Drafts } from './slider.ts';
import { effectiveAt, isChanged, issuesAt } from './studyValues.ts';

type Kind = 'range' | 'choices' | 'fixed';

/** Hyperparameters that always have a row; the others only once they are searched or changed. */
const usualRows: readonly HyperparameterName[] = [
  'units',
  'layers',
  'dropout',
  'learningRate',
  'batchSize',
  'epochs',
  'optimizer',
  'lookback',
];

interface Row {
  readonly name: HyperparameterName;
  readonly written: unknown;
  readonly distribution: Distribution | null;
}

export function hyperparameterRows(panel: Panel): readonly Row[] {
  return hyperparameterNames.map((name) => {
    const written = effectiveAt(panel.state.written, ['hyperparameters', name]);
    const parsed = hyperparametersSchema.shape[name].safeParse(written);
    return {
      name,
      written,
      distribution: parsed.success ? distributionOf(parsed.data) : looseDistribution(written),
    };
  });
}

/** A range with a mistake in it is still shown as a range. */
function looseDistribution(written: unknown): Distribution | null {
  if (typeof written !== 'object' || written === null) return null;
  if ('choices' in written && Array.isArray(written.choices))
    return { kind: 'categorical', choices: written.choices.filter(isValue), ordered: false };
  for (const kind of ['int', 'float'] as const) {
    const ends: unknown = Reflect.get(written, kind);
    if (!Array.isArray(ends)) continue;
    const step: unknown = Reflect.get(written, 'step');
    const common = { low: Number(ends[0]), high: Number(ends[1]), log: Reflect.get(written, 'log') === true };
    if (kind === 'int') return { kind, ...common, step: typeof step === 'number' ? step : 1 };
    return { kind, ...common, step: typeof step === 'number' ? step : null };
  }
  return null;
}

const isValue = (value: unknown): value is ParamValue =>
  typeof value === 'number' || typeof value === 'string';

/** The table of hyperparameters: name, kind, values, step, scale, count. */
export function hyperparameterTable(panel: Panel, drafts: Drafts): TemplateResult {
  const rows = hyperparameterRows(panel);
  const isMain = ({ name, distribution }: Row): boolean =>
    usualRows.includes(name) ||
    distribution !== null ||
    isChanged(panel.state.written, ['hyperparameters', name]) ||
    issuesAt(issuesOf(panel), ['hyperparameters', name]).length > 0;
  const main = usualRows.flatMap((name) => rows.filter((row) => row.name === name));
  const others = rows.filter((row) => !usualRows.includes(row.name));
  const quiet = others.filter((row) => !isMain(row));
  return html`<div class="hp">
      <span class="h"></span><span class="h">kind</span><span class="h">values</span
      ><span class="h">step</span><span class="h">scale</span><span class="h num">count</span>
      ${tableRows(panel, [...main, ...others.filter(isMain)], drafts)}
    </div>
    ${
      quiet.length === 0
        ? nothing
        : html`<details class="quiet">
            <summary>
              ${quiet.map(({ name, written }) => `${words(name)} ${written === 0 ? 'off' : String(written)}`).join(', ')}.
              <span class="link">Search one of them</span>
            </summary>
            <div class="hp">${tableRows(panel, quiet, drafts)}</div>
          </details>`
    }`;
}

/** A row keeps its elements when others come or go: what is typed or pressed in it stays with its hyperparameter. */
function tableRows(panel: Panel, rows: readonly Row[], drafts: Drafts): unknown {
  return repeat(
    rows,
    (row) => row.name,
    (row) => tableRow(panel, row, drafts),
  );
}

function tableRow(panel: Panel, row: Row, drafts: Drafts): TemplateResult {
  const { name, distribution } = row;
  const path = ['hyperparameters', name];
  const kind = kindOf(distribution);
  const kinds: readonly Kind[] =
    hyperparameterSpecs[name].type === 'categorical' ? ['choices', 'fixed'] : ['range', 'choices', 'fixed'];
  const problems = issuesAt(issuesOf(panel), path);
  const values = distribution === null ? 1 : countOf(distribution);
  return html`<div class="hp-row">
    <div class="rowline"></div>
    <div
      class="name ${isChanged(panel.state.written, path) ? 'mod' : ''}"
      title=${hyperparameterSpecs[name].text}
    >
      ${words(name)}
    </div>
    <div class="kind">
      ${select({
        value: kind,
        label: `${words(name)}: kind`,
        disabled: isReadOnly(panel),
        options: kinds.map((k) => ({ value: k, label: k })),
        onChange: (next) => editStudy(panel, path, converted(name, row.written, next as Kind)), // one of kinds
      })}
    </div>
    <div class="values">${valuesEditor(panel, row, drafts)}</div>
    <div class="step">${stepField(panel, row)}</div>
    <div class="log">${logToggle(panel, row)}</div>
    <div class="count muted">${values === null ? 'any' : count(values)}</div>
    ${problems.length === 0 ? nothing : html`<div class="problems">${problems.map((p) => issueLine(panel, p))}</div>`}
  </div>`;
}

function valuesEditor(panel: Panel, row: Row, drafts: Drafts): TemplateResult {
  const { name, distribution, written } = row;
  const path = ['hyperparameters', name];
  if (distribution === null) {
    const spec = hyperparameterSpecs[name];
    if (spec.type === 'categorical')
      return select({
        value: String(written),
        label: words(name),
        disabled: isReadOnly(panel),
        options: spec.choices.map((c) => ({ value: c, label: c })),
        onChange: (value) => editStudy(panel, path, value),
      });
    return textField({
      value: String(written),
      label: words(name),
      readonly: isReadOnly(panel),
      onCommit: (text) => commitNumber(panel, path, text),
    });
  }
  if (distribution.kind !== 'categorical') return rangeEditor(panel, name, { range: distribution, drafts });
  const spec = hyperparameterSpecs[name];
  const choices = distribution.choices;
  const write = (next: readonly ParamValue[]): void => editStudy(panel, [...path, 'choices'], next);
  return chips({
    label: words(name),
    values: choices.map(String),
    readonly: isReadOnly(panel),
    ...(spec.type === 'categorical'
      ? { offered: (spec.choices as readonly string[]).filter((c) => !choices.includes(c)) }
      : {}),
    onRemove: (index) => write(choices.filter((_, i) => i !== index)),
    onAdd: (text) => {
      if (spec.type === 'categorical') {
        write([...choices, text]);
        return;
      }
      const read = readText(text, { kind: 'number' });
      if (!read.ok) {
        panel.dispatch({
          type: 'fault',
          fault: { code: 'badInput', message: `${words(name)}: ${read.reason}` },
        });
        return;
      }
      const numbers = [...choices, read.value as number].map(Number).sort((a, b) => a - b); // read as a number above
      write([...new Set(numbers)]);
    },
  });
}

function commitNumber(panel: Panel, path: readonly (string | number)[], text: string): void {
  const read = readText(text, { kind: 'number' });
  if (read.ok) editStudy(panel, path, read.value);
  else panel.dispatch({ type: 'fault', fault: { code: 'badInput', message: read.reason } });
}

function stepField(panel: Panel, { name, distribution }: Row): Template {
  if (distribution === null || distribution.kind === 'categorical') return nothing;
  return textField({
    value: distribution.step === null ? '' : String(distribution.step),
    label: `${words(name)}: step`,
    placeholder: 'none',
    readonly: isReadOnly(panel),
    onCommit: (text) => commitNumber(panel, ['hyperparameters', name, 'step'], text),
  });
}

function logToggle(panel: Panel, { name, distribution }: Row): Template {
  if (distribution === null || distribution.kind === 'categorical') return nothing;
  return toggle({
    pressed: distribution.log,
    title: `${words(name)}: log scale`,
    content: 'log',
    disabled: isReadOnly(panel),
    onClick: () => editStudy(panel, ['hyperparameters', name, 'log'], distribution.log ? undefined : true),
  });
}

function kindOf(distribution: Distribution | null): Kind {
  if (distribution === null) return 'fixed';
  return distribution.kind === 'categorical' ? 'choices' : 'range';
}

/** The value in another form, as close to what it was as the form allows. */
export function converted(name: HyperparameterName, written: unknown, kind: Kind): unknown {
  const spec = hyperparameterSpecs[name];
  const usual: readonly ParamValue[] = spec.usual;
  const distribution = typeof written === 'object' ? looseDistribution(written) : null;
  const values = distribution ? valuesOf(distribution) : isValue(written) ? [written] : null;
  const few = values && values.length <= 20 ? values : usual;
  switch (kind) {
    case 'fixed':
      return few[0] ?? usual[0];
    case 'choices': {
      const choices = few.length > 1 ? few : usual;
      return spec.type === 'categorical' ? { choices } : { choices, ordered: true };
    }
    case 'range': {
      const numbers = (few.length > 1 ? few : usual).map(Number);
      const ends = [Math.min(...numbers), Math.max(...numbers)];
      if (spec.type === 'int') {
        const step = numbers.length > 1 ? numbers[1] - numbers[0] : 1;
        return step > 1 ? { int: ends, step } : { int: ends };
      }
      return name === 'learningRate' || name === 'weightDecay'
        ? { float: [Math.max(ends[0], 1e-6), ends[1]], log: true }
        : { float: ends, step: 0.1 };
    }
  }
}
