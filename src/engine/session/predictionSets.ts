import { dirname, resolve } from 'node:path';
import type { Experiment } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { Predictions, PredictionSet } from '../../protocol/results.ts';
import { dateText } from '../data/dataTable.ts';
import type { Series } from '../data/series.ts';
import { readStudyData } from '../experiment/readStudy.ts';
import type { TrialPredictions } from '../store/predictions.ts';

/** Stored validation forecasts with the prices they are about. Fault `dataChanged` when the data file is another one now. */
export async function foldPredictionSets(
  ref: ExperimentRef,
  experiment: Experiment,
  stored: TrialPredictions,
): Promise<Predictions> {
  const read = await readStudyData(experiment.study, resolve(dirname(ref.store), experiment.studyFile));
  if (read.ready?.data.dataHash !== experiment.dataHash)
    throw new Fault(
      'dataChanged',
      `The prices of ${experiment.study.data.file} are not those of ${experiment.id} any more, so its predictions cannot be drawn beside them.`,
    );
  const { series } = read.ready.data;
  return {
    horizon: stored.horizon,
    folds: stored.folds.flatMap(({ fold, values }) => {
      const plan = experiment.folds.at(fold);
      return plan
        ? [predictionSet(series, { first: plan.validationOrigins[0], horizon: stored.horizon, values })]
        : [];
    }),
  };
}

/** Forecasts of consecutive origins from `first` on, in price units, beside what came and what was known. */
export function predictionSet(
  series: Series,
  forecasts: { readonly first: number; readonly horizon: number; readonly values: ArrayLike<number> },
): PredictionSet {
  const { first, horizon, values } = forecasts;
  const origins = Math.floor(values.length / horizon);
  const actual = new Float64Array(origins * horizon);
  for (let i = 0; i < origins; i++)
    for (let h = 0; h < horizon; h++) actual[i * horizon + h] = series.prices[first + i + h + 1];
  return {
    dates: Array.from({ length: origins }, (_, i) => dateText(series.times[first + i + 1])),
    last: series.prices.slice(first, first + origins),
    actual,
    forecast: Float64Array.from(values),
  };
}
