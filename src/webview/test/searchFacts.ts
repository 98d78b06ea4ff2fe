import { html, type TemplateResult } from 'lit';
import { count, plural } from '../format.ts';
import type { Panel } from '../panel.ts';
import { analysis } from '../plots/analysis.ts';

/** How the number came about: what a reader needs to weigh it. */
export function searchFacts(panel: Panel): TemplateResult {
  const { experiment } = panel.state;
  const { study, resolved, rows, folds } = experiment!.experiment;
  const { complete, pruned, failed } = panel.table.counts;
  const bias = analysis(panel, { kind: 'selectionBias' });
  const known = bias.state === 'ready' ? bias.value : null;
  return html`<figure class="chart w5" aria-labelledby="title-search">
    <header><h2 id="title-search">Search</h2></header>
    <dl class="info">
      <dt>Trials</dt>
      <dd>${complete + pruned + failed}: ${complete} complete, ${pruned} pruned, ${failed} failed</dd>
      <dt>Folds, seeds</dt>
      <dd>
        ${plural(folds.length, 'fold')}, 1 search seed, ${study.search.confirm.seeds} fresh for the top
        ${study.search.confirm.top}
      </dd>
      <dt>Overfitting (PBO)</dt>
      <dd>
        ${known === null ? (bias.state === 'failed' ? bias.message : '…') : known.pbo === null ? 'not computed: too few predictions kept' : `${known.pbo.toFixed(2)}, a coin’s is 0.5`}
      </dd>
      <dt>Best of ${complete} beats persistence</dt>
      <dd>
        ${known === null ? '…' : known.spaP === null ? 'not computed' : `p ${known.spaP.toFixed(2)} (Hansen SPA)`}
      </dd>
      <dt>Target, scaler</dt>
      <dd>${study.data.forecast}, ${study.data.scaler}, fitted per fold</dd>
      <dt>Sampler, trainer</dt>
      <dd>${resolved.sampler.kind}, ${resolved.trainer.kind} (${resolved.variant.build})</dd>
      <dt>Data</dt>
      <dd>${study.data.file}, ${count(rows.count)} rows, ${rows.firstDate} to ${rows.lastDate}</dd>
    </dl>
  </figure>`;
}
