import { dirname, resolve } from 'node:path';
import { meanMetrics, type Trial } from '../../model/trial.ts';
import type { AnalysisResult, TestedTrial } from '../../protocol/analysis.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import { Fault } from '../../model/fault.ts';
import { dateText } from '../data/dataTable.ts';
import { forecastErrors } from '../evaluation/forecastErrors.ts';
import { readStudyData } from '../experiment/readStudy.ts';
import { meanOfValues, type TableSource } from '../exporters/trialTable.ts';
import { readPredictions } from '../store/predictions.ts';
import { whole } from '../store/readDocument.ts';
import { experimentFolder } from '../store/storeFolder.ts';
import { readTestResult } from '../store/testResult.ts';

type Source = Pick<TableSource, 'experiment' | 'trials' | 'confirmations'>;
type ErrorsResult = Extract<AnalysisResult, { kind: 'forecastErrors' }>;
type TestedResult = Extract<AnalysisResult, { kind: 'testedTrials' }>;

/**
 * Errors of a complete trial's validation forecasts by fold, quarter, step, weekday and size of move. Null, with the reason, where
 * the predictions were not kept or the prices are other ones now. Fault `badInput` for a trial that is not complete.
 */
export async function trialErrors(
  ref: ExperimentRef,
  { experiment, trials }: Pick<Source, 'experiment' | 'trials'>,
  number: number,
): Promise<Omit<ErrorsResult, 'kind'>> {
  const trial = trials.find((t) => t.number === number);
  if (trial?.state !== 'complete')
    throw new Fault(
      'badInput',
      `Trial ${number} of ${ref.id} is not complete, so it has no forecasts to judge.`,
    );
  const stored = whole(await readPredictions(experimentFolder(ref.store, ref.id), number, experiment));
  if (!stored || stored.folds.length === 0)
    return {
      errors: null,
      note: `Predictions of trial ${number} were not kept. search.keepPredictions: "all" keeps them.`,
    };
  const read = await readStudyData(experiment.study, resolve(dirname(ref.store), experiment.studyFile));
  if (read.ready?.data.dataHash !== experiment.dataHash)
    return {
      errors: null,
      note: `The prices of ${experiment.study.data.file} are not those of ${experiment.id} any more, so its errors cannot be computed.`,
    };
  const { series } = read.ready.data;
  const { horizon } = stored;
  const folds = stored.folds.flatMap(({ fold, values }) => {
    const plan = experiment.folds.at(fold);
    const count = Math.floor(values.length / horizon);
    if (!plan || count === 0) return [];
    const [first] = plan.validationOrigins;
    const origins = Int32Array.from({ length: count }, (_, i) => first + i);
    return [
      { fold, forecasts: { prices: series.prices, origins, horizon, values: Float64Array.from(values) } },
    ];
  });
  const errors = forecastErrors(folds, { times: series.times, dateText });
  return {
    errors,
    note: `${errors.rows} validation days in ${folds.length} folds, one seed; not the test range.`,
  };
}

/** Every tested trial of the experiment: U2 in the search, on fresh seeds and on the sealed range. Reading results is no look. */
export async function testedTrials(
  ref: ExperimentRef,
  { experiment, trials, confirmations }: Source,
): Promise<Omit<TestedResult, 'kind'>> {
  const folder = experimentFolder(ref.store, ref.id);
  const numbers = [...new Set(experiment.looks.map((look) => look.trial))];
  const tested = await Promise.all(
    numbers.map(async (number): Promise<TestedTrial[]> => {
      const { result } = await readTestResult(folder, number);
      if (!result) return [];
      const fresh = confirmations.find((c) => c.number === number);
      const { u2, u2Interval, verdict, testedAt } = result;
      return [
        {
          number,
          validation: validationU2(trials.find((t) => t.number === number)),
          confirmed: meanOfValues((fresh?.runs ?? []).flatMap((run) => meanMetrics(run.folds)?.u2 ?? [])),
          test: u2,
          testInterval: u2Interval,
          verdict,
          testedAt,
        },
      ];
    }),
  );
  const list = tested
    .flat()
    .sort((a, b) => (a.validation ?? Infinity) - (b.validation ?? Infinity) || a.number - b.number);
  return {
    trials: list,
    note:
      list.length === 0
        ? 'No trial of this experiment was tested yet.'
        : 'U2, below 1 is better than persistence. In the order of validation: a test number never ranks a trial.',
  };
}

function validationU2(trial: Trial | undefined): number | null {
  return (trial && meanMetrics(trial.folds)?.u2) ?? null;
}
