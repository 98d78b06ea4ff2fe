import { dirname, resolve } from 'node:path';
import type { SearchSpace } from '../../model/searchSpace.ts';
import type { AnalysisRequest, AnalysisResult } from '../../protocol/analysis.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import { bestSoFar } from '../analysis/bestSoFar.ts';
import { importances } from '../analysis/importance.ts';
import { pbo } from '../analysis/pbo.ts';
import { contourOf, sliceOf } from '../analysis/response.ts';
import { spa } from '../analysis/spa.ts';
import { growSurrogate } from '../analysis/surrogate.ts';
import { settingsAt } from '../experiment/settings.ts';
import { readStudyData } from '../experiment/readStudy.ts';
import type { TableSource } from '../exporters/trialTable.ts';
import { createRng, hashSeed, type Rng } from '../rng.ts';
import { readPredictions } from '../store/predictions.ts';
import { experimentFolder } from '../store/storeFolder.ts';
import { testedTrials, trialErrors } from './trialErrors.ts';

/** Trials PBO and SPA are computed over at most: the best ones. */
const biasTrials = 200;
const spaRepeats = 1_000;

type SelectionBias = Extract<AnalysisResult, { kind: 'selectionBias' }>;

/**
 * PBO and SPA over the trials' losses of each validation row (squared errors relative to persistence's mean, averaged over the
 * horizon). Null where fewer than two trials kept their predictions or the data is another one now.
 */
export async function selectionBias(
  ref: ExperimentRef,
  { experiment, trials }: Pick<TableSource, 'experiment' | 'trials'>,
): Promise<{ pbo: number | null; spaP: number | null; note: string }> {
  const folder = experimentFolder(ref.store, ref.id);
  const onData = await readStudyData(experiment.study, resolve(dirname(ref.store), experiment.studyFile));
  if (onData.ready?.data.dataHash !== experiment.dataHash)
    return {
      pbo: null,
      spaP: null,
      note: 'The prices are not there as they were, so losses of single days are not known.',
    };
  const { prices } = onData.ready.data.series;
  const complete = trials
    .filter((t) => t.state === 'complete' && t.value !== null)
    .toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0) || a.number - b.number)
    .slice(0, biasTrials);
  const models: Float64Array[] = [];
  let naive: Float64Array | null = null;
  for (const { number } of complete) {
    const read = await readPredictions(folder, number, experiment);
    if (read.kind !== 'read' || read.value.folds.length !== experiment.folds.length) continue;
    const stored = read.value;
    const model: number[] = [];
    const last: number[] = [];
    for (const { fold, values } of stored.folds) {
      const { horizon } = stored;
      const first = experiment.folds[fold].validationOrigins[0];
      const scale = foldScale(prices, { first, count: values.length / horizon, horizon });
      for (let i = 0; i < values.length / horizon; i++) {
        let m = 0;
        let n = 0;
        for (let h = 0; h < horizon; h++) {
          const actual = prices[first + i + h + 1];
          m += (values[i * horizon + h] - actual) ** 2;
          n += (prices[first + i] - actual) ** 2;
        }
        model.push(m / scale);
        last.push(n / scale);
      }
    }
    models.push(Float64Array.from(model));
    naive ??= Float64Array.from(last);
  }
  if (naive === null || models.length < 2)
    return { pbo: null, spaP: null, note: 'Fewer than two complete trials have kept their predictions.' };
  const rng = createRng(hashSeed(experiment.study.search.seed, 'spa'));
  const overfit = pbo(models.map((losses) => losses.map((x) => -x)));
  const superior = spa(naive, models, { rng, repeats: spaRepeats });
  return {
    pbo: overfit?.pbo ?? null,
    spaP: superior?.consistent ?? null,
    note:
      `Over ${models.length} of ${trials.filter((t) => t.state === 'complete').length} complete trials and ${naive.length} validation days.` +
      (complete.length === biasTrials
        ? ` Only the best ${biasTrials} are used, so the SPA p is too small and the PBO is among good trials.`
        : ''),
  };
}

/** Folds of high prices must not rule: losses are in units of the fold's mean loss of persistence. */
function foldScale(
  prices: Float64Array,
  { first, count, horizon }: { first: number; count: number; horizon: number },
): number {
  let sum = 0;
  for (let i = 0; i < count; i++)
    for (let h = 0; h < horizon; h++) sum += (prices[first + i] - prices[first + i + h + 1]) ** 2;
  return sum / count || 1;
}

export async function analyse(
  ref: ExperimentRef,
  what: AnalysisRequest,
  source: Pick<TableSource, 'experiment' | 'trials' | 'confirmations'>,
): Promise<AnalysisResult> {
  switch (what.kind) {
    case 'forecastErrors':
      return { kind: 'forecastErrors', ...(await trialErrors(ref, source, what.number)) };
    case 'testedTrials':
      return { kind: 'testedTrials', ...(await testedTrials(ref, source)) };
    case 'selectionBias':
      return { kind: 'selectionBias', ...(await selectionBias(ref, source)) } satisfies SelectionBias;
    case 'bestSoFar':
      return { kind: 'bestSoFar', ...bestSoFar(source.trials) };
    case 'importance': {
      const { space, rng } = forestInput(source);
      return { kind: 'importance', ...importances(space, source.trials, rng) };
    }
    case 'slice': {
      const { space, rng } = forestInput(source);
      return { kind: 'slice', ...sliceOf(growSurrogate(space, source.trials, rng), what.parameter) };
    }
    case 'contour': {
      const { space, rng } = forestInput(source);
      return { kind: 'contour', ...contourOf(growSurrogate(space, source.trials, rng), what.parameters) };
    }
  }
}

/** The space as last amended, and the stream of the forest. */
function forestInput({ experiment }: Pick<TableSource, 'experiment'>): { space: SearchSpace; rng: Rng } {
  return {
    space: settingsAt(experiment, Infinity).space,
    rng: createRng(hashSeed(experiment.study.search.seed, 'forest')),
  };
}
