import { html, type TemplateResult } from 'lit';
import { indicatorKinds, transforms } from '../../model/dataSpec.ts';
import { editStudy } from '../actions.ts';
import type { Panel } from '../panel.ts';
import { chips } from './chips.ts';
import { isReadOnly } from './field.ts';
import { valueAt } from './studyValues.ts';

const transformWords: Readonly<Record<string, string>> = {
  none: 'as it is',
  log: 'log',
  log1p: 'log(1 + x)',
  diff: 'difference',
  logReturn: 'log-return',
  logDiff1p: 'log-difference',
};

/** Inputs of the model: columns in a form, and indicators. Volume is offered as a difference of logarithms. */
export function inputChips(panel: Panel): TemplateResult {
  const features = listAt(panel, ['data', 'features']);
  const columns = (panel.state.check?.report?.columns ?? [])
    .filter((c) => c.kind === 'number')
    .map((c) => c.name);
  const offered = columns.flatMap((column) => {
    const usual = /vol/i.test(column) ? ['logDiff1p', 'log1p'] : ['logReturn', 'log', 'none'];
    return usual.map((transform) => `${column}, ${transformWords[transform]}`);
  });
  return chips({
    label: 'Features',
    readonly: isReadOnly(panel),
    values: features.map(
      (f) =>
        `${text(f, 'column')}, ${transformWords[text(f, 'transform') || 'logReturn'] ?? text(f, 'transform')}`,
    ),
    offered: offered.filter((o) => !features.some((f) => o.startsWith(`${text(f, 'column')}, `))),
    onRemove: (index) => editStudy(panel, ['data', 'features'], without(features, index)),
    onAdd: (value) => {
      const at = value.lastIndexOf(', ');
      const transform = transforms.find((t) => transformWords[t] === value.slice(at + 2)) ?? 'logReturn';
      editStudy(panel, ['data', 'features'], [...features, { column: value.slice(0, at), transform }]);
    },
  });
}

export function indicatorChips(panel: Panel): TemplateResult {
  const indicators = listAt(panel, ['data', 'indicators']);
  return html`${chips({
    label: 'Indicators',
    readonly: isReadOnly(panel),
    values: indicators.map((i) => `${text(i, 'kind').toUpperCase()} ${text(i, 'period')}`.trim()),
    offered: [...indicatorKinds],
    onRemove: (index) => editStudy(panel, ['data', 'indicators'], without(indicators, index)),
    onAdd: (kind) => editStudy(panel, ['data', 'indicators'], [...indicators, { kind }]),
  })}`;
}

/** Conditions and constraints of the search: expressions that must hold. */
export function constraintChips(panel: Panel): TemplateResult {
  const constraints = listAt(panel, ['search', 'constraints']);
  return chips({
    label: 'Constraints',
    readonly: isReadOnly(panel),
    values: constraints.map(String),
    onRemove: (index) => editStudy(panel, ['search', 'constraints'], without(constraints, index)),
    onAdd: (value) => editStudy(panel, ['search', 'constraints'], [...constraints, value]),
  });
}

function listAt(panel: Panel, path: readonly string[]): readonly unknown[] {
  const value = valueAt(panel.state.written, path);
  return Array.isArray(value) ? value : [];
}

/** An empty list is taken out of the file. */
function without(list: readonly unknown[], index: number): readonly unknown[] | undefined {
  const rest = list.filter((_, i) => i !== index);
  return rest.length > 0 ? rest : undefined;
}

function text(value: unknown, key: string): string {
  const found = valueAt(value, [key]);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}
