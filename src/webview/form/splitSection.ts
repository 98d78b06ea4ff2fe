import { html, type TemplateResult } from 'lit';
import { editStudy } from '../actions.ts';
import { select } from '../controls/controls.ts';
import { percent } from '../format.ts';
import type { Panel } from '../panel.ts';
import { field, isReadOnly, within } from './field.ts';
import { section } from './section.ts';
import type { Drafts } from './slider.ts';
import { splitView } from './splitView.ts';
import { effectiveAt, valueAt } from './studyValues.ts';

export function splitSection(panel: Panel, drafts: Drafts): TemplateResult {
  const { written } = panel.state;
  const isHoldout = effectiveAt(written, ['split', 'validation', 'kind']) === 'holdout';
  const isDate = valueAt(written, ['split', 'test', 'from']) !== undefined;
  const split = panel.state.check?.split;
  const share = split
    ? (split.rows - split.test.from) / split.rows
    : Number(effectiveAt(written, ['split', 'test', 'share']));
  const validation = (key: string) =>
    within(panel, ['split', 'validation'], { key, first: { kind: 'walkForward' } });
  return section(panel, {
    name: 'Split',
    own: [['split'], ['split', 'test'], ['split', 'validation']],
    note: `${isHoldout ? 'one holdout block' : `${String(effectiveAt(written, ['split', 'validation', 'folds']))} walk-forward folds, ${String(effectiveAt(written, ['split', 'validation', 'window']))}`}; the last ${percent(share, share < 0.1 ? 1 : 0)} stay sealed until you test`,
    body: html`${splitView(panel, drafts)}
      <div class="fields">
        <div class="field">
          <span class="label">Test range begins</span>${select({
            value: isDate ? 'from' : 'share',
            label: 'Test range begins',
            disabled: isReadOnly(panel),
            options: [
              { value: 'share', label: 'by share of rows' },
              { value: 'from', label: 'at a date' },
            ],
            onChange: (kind) =>
              editStudy(
                panel,
                ['split', 'test'],
                kind === 'from'
                  ? { from: split?.test.firstDate.slice(0, 10) ?? '2020-01-01' }
                  : { share: Number(share.toFixed(3)) || 0.15 },
              ),
          })}
        </div>
        ${
          isDate
            ? field(panel, { path: ['split', 'test', 'from'], label: 'First test date' })
            : field(panel, {
                path: ['split', 'test', 'share'],
                label: 'Test, share of rows',
                write: (value) =>
                  editStudy(panel, ['split', 'test'], value === undefined ? undefined : { share: value }),
              })
        }
        <div class="field">
          <span class="label">Validation</span>${select({
            value: isHoldout ? 'holdout' : 'walkForward',
            label: 'Validation',
            disabled: isReadOnly(panel),
            options: [
              { value: 'walkForward', label: 'walk-forward' },
              { value: 'holdout', label: 'holdout' },
            ],
            onChange: (kind) => editStudy(panel, ['split', 'validation'], { kind }),
          })}
        </div>
        ${
          isHoldout
            ? field(panel, { ...validation('share'), label: 'Validation, share of rows' })
            : html`${field(panel, { ...validation('folds'), label: 'Folds' })}
              ${field(panel, { ...validation('size'), label: 'Block, share of rows' })}
              ${field(panel, { ...validation('window'), label: 'Train window' })}`
        }
        ${field(panel, { ...validation('gap'), label: 'Gap, rows' })}
      </div>`,
  });
}
