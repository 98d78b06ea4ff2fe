import { basename, dirname, join, resolve } from 'node:path';
import type { Experiment } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import type { Params } from '../../model/hyperparameters.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { TestResult } from '../../protocol/results.ts';
import { isoTime } from '../clock.ts';
import { dateText } from '../data/dataTable.ts';
import { leakChecks, leakCheckTexts } from '../data/leakChecks.ts';
import { openTest } from '../data/prepare.ts';
import type { Forecasts } from '../evaluation/forecasts.ts';
import { scoreTest } from '../evaluation/scoreTest.ts';
import { canonicalJson } from '../../model/canonicalJson.ts';
import { readStudyData, type StudyOnData } from '../experiment/readStudy.ts';
import { refitEpochs } from '../experiment/refitEpochs.ts';
import { fitSeeds } from '../experiment/run.ts';
import { bundleFiles, modelBundleOf } from '../exporters/modelBundle.ts';
import { createRng, hashSeed } from '../rng.ts';
import { isEnded, readExperiment, requireExperiment } from '../store/experimentReader.ts';
import { openForWriting, type ExperimentWriter } from '../store/experimentWriter.ts';
import { finalFolder } from '../store/place.ts';
import { setAside } from '../store/readDocument.ts';
import { experimentFolder, listExperimentIds } from '../store/storeFolder.ts';
import { readTestResult, testResultName, testResultText } from '../store/testResult.ts';
import type { ModelWeights } from '../trainers/trainer.ts';
import type { DoneFold, Executor } from '../worker/executor.ts';
import { requireTrust, type SessionContext } from './context.ts';
import type { Kernels } from './kernels.ts';
import { defaultWorkers } from './limits.ts';
import { executorFor } from './executorFor.ts';

export interface TestRequest extends ExperimentRef {
  /** Default: the winner. */
  readonly number?: number;
  /** Opens the range once more although the trial has a result. */
  readonly again?: boolean;
}

/** Fewest refits where the study asks for no confirmation. */
const leastRefits = 3;

/**
 * Refits a trial on all search rows with several seeds and its fixed number of epochs, opens the sealed range and scores it.
 * Each opening is a look, counted over all experiments of the store whose test dates overlap on the same series. A
 * trial that was tested answers with its stored result, which is no look.
 */
export async function testTrial(
  context: SessionContext,
  kernels: Kernels,
  request: TestRequest,
): Promise<TestResult> {
  requireTrust(context);
  const { store, id } = request;
  const folder = experimentFolder(store, id);
  const experiment = await requireExperiment(folder);
  const number = request.number ?? defaultTrial(experiment);
  if (request.again !== true) {
    const stored = await storedResult(request, number);
    if (stored) return stored;
  }
  const onData = await sameData(store, experiment);
  const writer = await openForWriting(folder, {
    clock: context.clock,
    onLost: () => undefined, // the next write fails with it
    onError: (error) => context.log('warn', String(error)),
  });
  try {
    const { damage } = await readTestResult(folder, number);
    if (damage) await setAside(damage);
    return await openRange(context, kernels, { store, number, onData, writer });
  } finally {
    await writer.close();
  }
}

/** The stored result of a trial, by default the winner's; the looks are those of now. */
export async function storedResult(ref: ExperimentRef, number?: number): Promise<TestResult | null> {
  const folder = experimentFolder(ref.store, ref.id);
  const experiment = await requireExperiment(folder);
  const wanted = number ?? experiment.looks.at(-1)?.trial ?? experiment.winner;
  if (wanted === null) return null;
  const { result, damage } = await readTestResult(folder, wanted);
  if (damage?.code === 'storeDamaged')
    throw new Fault(
      damage.code,
      `${damage.message} \`lstm-study test ${ref.id} --trial ${wanted} --again\` makes it anew, which counts as a look.`,
    );
  if (damage) throw new Fault(damage.code, damage.message);
  return result && { ...result, looks: await looksOf(ref.store, experiment) };
}

function defaultTrial(experiment: Experiment): number {
  if (experiment.winner !== null) return experiment.winner;
  if (experiment.state === 'finished' && experiment.leader !== null) return experiment.leader;
  throw new Fault(
    'badInput',
    `${experiment.id} has no winner yet: let its search and confirmation end, or name the trial to test.`,
  );
}

async function sameData(store: string, experiment: Experiment): Promise<StudyOnData> {
  const read = await readStudyData(experiment.study, resolve(dirname(store), experiment.studyFile));
  const error = read.issues.find((issue) => issue.severity === 'error');
  if (!read.ready) throw new Fault('badInput', error?.message ?? 'The data cannot be read.');
  if (read.ready.data.dataHash !== experiment.dataHash)
    throw new Fault(
      'dataChanged',
      `${experiment.study.data.file} is not what it was when ${experiment.id} was run. Put the old file back, or run the study anew.`,
    );
  return read.ready;
}

async function openRange(
  context: SessionContext,
  kernels: Kernels,
  options: {
    readonly store: string;
    readonly number: number;
    readonly onData: StudyOnData;
    readonly writer: ExperimentWriter;
  },
): Promise<TestResult> {
  const { store, number, onData, writer } = options;
  const { experiment } = writer;
  const trial = writer.trials.find((t) => t.number === number);
  if (trial?.state !== 'complete')
    throw new Fault(
      'badInput',
      `Trial ${number} of ${experiment.id} is not complete; only complete trials are tested.`,
    );
  const params = { ...trial.params, epochs: refitEpochs(trial, experiment.study.earlyStopping) };
  const opened = openTest(onData.table, experiment.study);
  const settings = context.settings();
  const refits = Math.max(leastRefits, experiment.study.search.confirm.seeds);
  const executor = await executorFor(context, kernels, {
    experiment,
    workers: Math.min(refits, settings.workers ?? defaultWorkers(experiment.study)),
    series: {
      series: opened.series,
      plans: [],
      refit: opened.plan,
      horizon: experiment.study.horizon,
      earlyStopping: null,
    },
    trialTimeoutMs: null,
  });
  try {
    const seeds = Array.from({ length: refits }, (_, i) => hashSeed(trial.seed, 'refit', i));
    let done = 0;
    const say = (): void =>
      context.emit('working', {
        what: 'test',
        text: `Refitting trial ${number}: ${done} of ${refits} seeds`,
        share: done / refits,
      });
    say();
    const fits = await Promise.all(
      seeds.map(async (seed) => {
        const fit = await refitOnce(executor, { experiment, params, seed });
        done++;
        say();
        return fit;
      }),
    );
    const { horizon } = experiment.study;
    const [firstOrigin, lastOrigin] = opened.plan.validationOrigins;
    const origins = Int32Array.from({ length: lastOrigin - firstOrigin + 1 }, (_, i) => firstOrigin + i);
    const scores = scoreTest({
      runs: fits.map(({ predictions }, i) => ({
        seed: seeds[i],
        forecasts: {
          prices: opened.series.prices,
          origins,
          horizon,
          values: predictions,
        } satisfies Forecasts,
      })),
      times: opened.series.times,
      trainTo: opened.plan.train.to,
      lookback: trial.params.lookback,
      trials: writer.trials.filter((t) => isEnded(t.state)).length,
      leakChecks: () =>
        leakCheckTexts(
          leakChecks(onData.table, experiment.study, { data: onData.data, lookback: trial.params.lookback }),
          experiment.resolved.inputs,
        ),
      rng: createRng(hashSeed(experiment.study.search.seed, 'bootstrap', number)),
      dateText,
    });
    const look = {
      at: isoTime(context.clock),
      trial: number,
      seeds: refits,
      u2: scores.u2,
      verdict: scores.verdict,
    };
    const looked: Experiment = { ...experiment, looks: [...experiment.looks, look] };
    // The look is counted before anybody can see what it showed.
    await writer.saveExperiment(looked);
    const result: TestResult = {
      ...scores,
      trial: number,
      looks: await looksOf(store, looked),
      testedAt: look.at,
      folder: finalFolder(writer.folder, number),
    };
    for (const [i, { weights }] of fits.entries()) {
      const bundle = modelBundleOf(
        {
          experiment: looked,
          trial: number,
          params,
          seed: seeds[i],
          rows: opened.plan.train,
          scaler: opened.plan.scaler,
          relative: opened.series.relative,
          weights,
          variant: executor.variant,
        },
        i === 0 ? 'model' : `model-${i + 1}`,
      );
      for (const file of bundleFiles(bundle))
        await writer.saveFinal(number, file.name, 'text' in file ? file.text : file.bytes);
    }
    await writer.saveFinal(number, testResultName, testResultText(result));
    return result;
  } finally {
    await executor.dispose();
  }
}

async function refitOnce(
  executor: Executor,
  { experiment, params, seed }: { experiment: Experiment; params: Params; seed: number },
): Promise<{ readonly predictions: Float64Array; readonly weights: ModelWeights }> {
  let fitted: DoneFold | null = null;
  const outcome = await executor.run(
    {
      folds: [
        {
          params,
          fold: 'refit',
          objective: experiment.study.objective,
          seeds: fitSeeds(seed, 0),
          keepPredictions: true,
          keepWeights: true,
        },
      ],
    },
    {
      onEpoch: () => 'continue',
      onFold: (_fold, done) => {
        fitted = done;
        return Promise.resolve('continue');
      },
      mayStartFold: () => true,
    },
  );
  if (outcome.kind === 'fault') throw new Fault(outcome.code, `The refit failed. ${outcome.message}`);
  const done = fitted as DoneFold | null; // assigned in a callback, which the compiler does not follow
  if (!done?.predictions)
    throw new Fault('stopped', 'The test was stopped; the sealed range was not scored.');
  // Doubles from here on; the worker has sent the weights of its trainer, from the same build.
  return { predictions: Float64Array.from(done.predictions), weights: done.weights as ModelWeights };
}

/** Openings of the sealed range by all experiments of the store whose test dates overlap on the same series, this one included. */
export async function looksOf(store: string, experiment: Experiment): Promise<number> {
  let looks = experiment.looks.length;
  for (const id of await listExperimentIds(store)) {
    if (id === experiment.id) continue;
    const read = await readExperiment(join(store, id));
    if (read.kind !== 'read' || seriesKey(read.value) !== seriesKey(experiment)) continue;
    const a = read.value.test;
    const b = experiment.test;
    if (a.firstDate <= b.lastDate && b.firstDate <= a.lastDate) looks += read.value.looks.length;
  }
  return looks;
}

/** The same series: the same column of the same file with the same filter, wherever the file lies. */
function seriesKey({ study, resolved }: Experiment): string {
  return canonicalJson({
    file: basename(study.data.file),
    price: resolved.price,
    where: study.data.where ?? null,
  });
}
