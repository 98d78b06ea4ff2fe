import { html, nothing } from 'lit';
import { searchChange } from '../../model/amendedStudy.ts';
import { manageTrust, resume, run } from '../actions.ts';
import { button, icon, type Template } from '../controls/controls.ts';
import { duration, plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { issuesOf } from './field.ts';

/** Estimate and Run. The estimate says what it rests on. */
export function estimateAndRun(panel: Panel): Template {
  const { document: shown, check, experiment, study, asked } = panel.state;
  if (!shown || shown.kind === 'experiment') return nothing;
  const errors = issuesOf(panel).filter((issue) => issue.severity === 'error').length;
  const estimate = check?.estimate;
  const folds = check?.split?.folds.length;
  const isRunning = experiment?.summary.state === 'running';
  const trials = check?.space?.trials ?? study?.search.trials;
  const { top, seeds } = study?.search.confirm ?? { top: 0, seeds: 0 };
  const basis = estimate
    ? html`<b>${estimate.ms < 1000 ? 'Under a second' : `About ${duration(estimate.ms)}`}</b>
        <span class="muted"
          >${trials}
          trials${folds ? ` × ${plural(folds, 'fold')}` : ''}${top > 0 ? `, then ${top} × ${seeds} confirmations` : ''},
          ${plural(estimate.workers, 'worker')},
          ${estimate.from === 'measured' ? 'from measured trials' : 'from this machine’s speed'}</span
        >`
    : html`<span class="muted"
        >${
          check
            ? 'No estimate while there are errors.'
            : panel.state.fault
              ? 'The study is not checked yet.'
              : 'The study is being checked …'
        }</span
      >`;
  return html`<div class="estimate">
    ${icon(errors > 0 ? 'error' : 'watch', errors > 0 ? 'err' : 'muted')}
    <span
      >${errors > 0 ? html`<b>${plural(errors, 'error')}</b> <span class="muted">to fix first</span>` : basis}</span
    >
    <span class="grow"></span>
    ${
      !shown.trusted
        ? html`<span class="muted">Browse only: this folder is not trusted.</span
            >${button({ label: 'Manage trust', onClick: () => manageTrust(panel) })}`
        : html`${
            errors === 0 && continuesWith(panel)
              ? button({
                  label: 'Continue with changes',
                  icon: 'debug-continue',
                  title:
                    'Goes on with the experiment below the tabs: what the study says now of budget, sampler, pruner and space holds from the next trial on. Run begins a new experiment.',
                  disabled: asked.run,
                  onClick: () => resume(panel, 'changed'),
                })
              : nothing
          }${button({
            label: isRunning ? 'Running' : 'Run',
            icon: 'play',
            kind: 'primary',
            disabled: isRunning || asked.run || errors > 0 || !check,
            onClick: () => run(panel, 'ask'),
          })}`
    }
  </div>`;
}

/** The study differs from the experiment that is shown in how it searches, and in nothing that makes other trials. */
function continuesWith({ state }: Panel): boolean {
  const { experiment, check, study } = state;
  if (!experiment || !study || !check || check.existing?.id === experiment.summary.id) return false;
  const { change, unlike } = searchChange(experiment.experiment, study);
  const { sampler, ...others } = change;
  return unlike.length === 0 && (Object.keys(others).length > 0 || (sampler ?? 'auto') !== 'auto');
}
