import { Fault } from '../../model/fault.ts';
import type { FaultCode } from '../../model/fault.ts';
import type { FoldRecord, Trial } from '../../model/trial.ts';
import { isoTime } from '../clock.ts';
import { readPredictions, type FoldPredictions } from '../store/predictions.ts';
import { keepsPredictions, worstKept } from './keptPredictions.ts';
import { fitSeeds, type Run } from './run.ts';
import type { Settings } from './settings.ts';

/** Faults that are about this machine and not about the trial: they end the run, and the trial stays as it is. */
const runFaults: readonly FaultCode[] = ['variantMissing', 'backendUnavailable', 'internal', 'stopped'];
/** Faults that another machine might not have seen; marked in the record. */
const machineFaults: readonly FaultCode[] = ['workerDied', 'trialTimeout', 'outOfMemory'];

/**
 * Runs the folds of a trial that are not stored yet, in order, on one worker; where workers have nothing else to do, they share
 * the folds, and all is told and stored in order still. After each fold the trial is on disk before
 * anything else happens; after each epoch but a fold's last, and after each fold but the last, the pruner is asked, always with
 * the history the trial was proposed with. A stop leaves the trial `running` with its finished folds.
 */
export async function runTrial(
  run: Run,
  number: number,
  { settings, history }: { settings: Settings; history: readonly Trial[] },
): Promise<void> {
  const { writer, executor, clock, events, experiment } = run;
  const { objective } = experiment.study;
  const folds = experiment.folds.length;
  const from = clock.elapsedMs();
  let trial = run.trials[number];
  const earlierMs = trial.durations?.['total'] ?? 0;
  const first = trial.folds.length;
  const keeps = keepsPredictions(experiment.study.search.keepPredictions, number);
  const kept = keeps && first > 0 ? await readPredictions(writer.folder, number, experiment) : null;
  const predictions: FoldPredictions[] = kept?.kind === 'read' ? [...kept.value.folds] : [];

  const save = async (next: Trial): Promise<void> => {
    const durations = { ...next.durations, total: earlierMs + clock.elapsedMs() - from };
    const ended = next.state === 'running' ? {} : { endedAt: isoTime(clock) };
    const stored: Trial = { ...next, durations, ...ended };
    await writer.saveTrial(stored);
    trial = stored;
    run.trials[number] = stored;
    run.live.delete(number);
    events.trialStored(stored);
  };
  const liveWith = (record: FoldRecord): Trial => ({ ...trial, folds: [...trial.folds, record] });

  run.live.set(number, trial);
  events.progressed();
  const outcome = await executor.run(
    {
      folds: Array.from({ length: folds - first }, (_, i) => {
        const delayMs = run.plant.delayMs?.(number);
        return {
          params: trial.params,
          fold: first + i,
          objective,
          seeds: fitSeeds(trial.seed, first + i),
          keepPredictions: keeps,
          keepWeights: false,
          ...(delayMs === undefined ? {} : { delayMs }),
        };
      }),
    },
    {
      onEpoch: (i, epoch, train, validation) => {
        const before = epoch === 0 ? undefined : run.live.get(number)?.folds[first + i];
        const live = liveWith({
          fold: first + i,
          curve: {
            train: [...(before?.curve.train ?? []), train],
            validation: [...(before?.curve.validation ?? []), validation],
          },
          endedBy: 'stop',
          metrics: null,
          steps: [],
        });
        run.live.set(number, live);
        events.progressed();
        if (epoch === trial.params.epochs - 1) return 'continue';
        return settings.pruner.shouldPrune(history, live) ? 'stop' : 'continue';
      },
      onFold: async (i, done) => {
        const { record } = done;
        const all = [...trial.folds, record];
        const durations = {
          ...trial.durations,
          fit: (trial.durations?.['fit'] ?? 0) + (done.ms['fit'] ?? 0),
          prepare: (trial.durations?.['prepare'] ?? 0) + (done.ms['prepare'] ?? 0),
        };
        const next: Trial = { ...trial, folds: all, durations };
        if (record.metrics === null) {
          await save({ ...next, state: 'pruned' });
          return 'stop';
        }
        if (done.predictions) {
          predictions.push({ fold: record.fold, values: done.predictions });
          await writer.savePredictions({ number, horizon: experiment.study.horizon, folds: predictions });
        }
        if (first + i === folds - 1) {
          const value = all.reduce((sum, f) => sum + (f.metrics?.[objective] ?? 0), 0) / folds;
          await save({ ...next, state: 'complete', value });
          return 'continue';
        }
        const prune = settings.pruner.shouldPrune(history, next);
        await save(prune ? { ...next, state: 'pruned' } : next);
        return prune ? 'stop' : 'continue';
      },
      mayStartFold: () => run.stop === null,
    },
  );
  if (outcome.kind === 'fault') {
    if (runFaults.includes(outcome.code)) throw new Fault(outcome.code, outcome.message);
    await save({
      ...(outcome.record ? liveWith(outcome.record) : trial),
      state: 'failed',
      error: { code: outcome.code, message: outcome.message },
      ...(machineFaults.includes(outcome.code) ? { machine: [outcome.code] } : {}),
    });
  }
  run.live.delete(number);
  if (keeps) await dropPredictions(run, number);
}

/** Predictions are kept of complete trials only, and where not all are kept, of the best of them. */
async function dropPredictions(run: Run, number: number): Promise<void> {
  const { state } = run.trials[number];
  if (state === 'pruned' || state === 'failed') await run.writer.removePredictions(number);
  if (state !== 'complete') return;
  for (const worst of worstKept(run.experiment.study.search.keepPredictions, run.trials, number))
    await run.writer.removePredictions(worst);
}
