import { html, nothing } from 'lit';
import { chartView } from '../charts/chart.ts';
import { curvesChart, foldCurves } from '../charts/curves.ts';
import type { Template } from '../controls/controls.ts';
import { duration, metricLabel, ratio } from '../format.ts';
import { objectiveOf, persistenceOf, type Panel } from '../panel.ts';

/** Learning curves of the trials in flight, one line a fold, redrawn as epochs arrive. */
export function runningNow(panel: Panel): Template {
  const { progress } = panel.state;
  if (!progress || progress.running.length === 0) return nothing;
  const label = metricLabel(objectiveOf(panel.state));
  const eta = progress.etaMs === null ? '' : `, about ${duration(progress.etaMs)} left`;
  return html`<div class="section-head">
      <h2>Running now</h2>
      <span class="muted">${progress.running.length} at once on ${progress.workers} workers${eta}</span>
    </div>
    ${progress.running.slice(0, 8).map(({ trial, epochsPerFold }) => {
      const last = trial.folds.at(-1);
      const value = last?.curve.validation.at(-1);
      return chartView(
        panel,
        curvesChart({
          id: `running-${trial.number}`,
          title: `Trial #${trial.number}`,
          reading: `Fold ${(last?.fold ?? 0) + 1}, epoch ${last?.curve.validation.length ?? 0} of ${epochsPerFold}${value === undefined ? '' : `: ${label} ${ratio(value)}`}. Lower is better.`,
          curves: foldCurves(trial),
          epochs: epochsPerFold,
          label,
          persistence: persistenceOf(panel.state),
          span: progress.running.length > 1 ? 6 : 12,
          height: 190,
        }),
      );
    })}`;
}
