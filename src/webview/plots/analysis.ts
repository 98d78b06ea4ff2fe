import type { AnalysisRequest, AnalysisResult, TestedTrial } from '../../protocol/analysis.ts';
import type { Loadable } from '../loads.ts';
import { objectiveOf, type Panel } from '../panel.ts';

/** Complete trials that an analysis rests on: asked again in steps of a twentieth. */
export function restsOn(complete: number): number {
  const step = Math.max(1, Math.round(complete / 20));
  return Math.floor(complete / step) * step;
}

/** An analysis of the engine, of about as many trials as there are now. */
export function analysis<K extends AnalysisRequest['kind']>(
  panel: Panel,
  what: Extract<AnalysisRequest, { kind: K }>,
): Loadable<Extract<AnalysisResult, { kind: K }>> {
  const { complete } = panel.table.counts;
  const subject = `analyse ${panel.state.experiment!.summary.id} ${JSON.stringify(what)}`;
  return panel.loads.get({ subject, version: restsOn(complete) }, async () => {
    const result = await panel.host.request('analyse', what);
    if (result.kind !== what.kind) throw new Error('The engine answered another question.');
    return result as Extract<AnalysisResult, { kind: K }>; // its kind was compared
  });
}

/**
 * U2 on the sealed range of every trial that was tested, for pictures that set it beside validation; none where the
 * objective is another, because it would stand on the axis of another unit.
 */
export function testedTrials(panel: Panel): readonly TestedTrial[] {
  if (objectiveOf(panel.state) !== 'u2' || !panel.state.experiment?.summary.looks) return noTests;
  const { id, looks } = panel.state.experiment.summary;
  const loaded = panel.loads.get({ subject: `testedTrials ${id}`, version: looks }, async () => {
    const result = await panel.host.request('analyse', { kind: 'testedTrials' });
    return result.kind === 'testedTrials' ? result.trials : noTests;
  });
  return loaded.state === 'ready' ? loaded.value : noTests;
}
const noTests: readonly TestedTrial[] = [];
