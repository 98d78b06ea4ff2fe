import { budgetOf, timeLimitOf } from '../../model/amendedStudy.ts';
import type { Experiment } from '../../model/experiment.ts';
import { isFault } from '../../model/fault.ts';
import type { Trial } from '../../model/trial.ts';
import type { Clock } from '../clock.ts';
import type { RunEvents } from '../experiment/run.ts';
import { isEnded } from '../store/experimentReader.ts';
import type { ExperimentWriter } from '../store/experimentWriter.ts';
import type { Executor } from '../worker/executor.ts';
import type { SessionContext } from './context.ts';

/** Enough of a hash to tell two apart. */
const hashDigits = 12;

/** The lines of one run in the log: what it computes and with what, how each trial ended, its phases and what they took. */
export interface RunLog extends RunEvents {
  broken(error: unknown): void;
}

export function createRunLog(
  { log, clock, settings }: Pick<SessionContext, 'log' | 'clock' | 'settings'>,
  { writer, executor }: { readonly writer: ExperimentWriter; readonly executor: Executor },
): RunLog {
  const { id } = writer.experiment;
  const since = stopwatch(clock);
  const told = new Set(writer.trials.filter((t) => isEnded(t.state)).map((t) => t.number));
  let phase = '';
  log('info', `${id}: ${beginning(writer, executor)}`);
  log('debug', `${id}: settings ${JSON.stringify(settings())}; ${environmentText(writer.experiment)}`);
  return {
    trialStored: (trial) => {
      if (!isEnded(trial.state)) {
        log('debug', `${id}: trial ${trial.number} ${trial.state}, ${trial.folds.length} folds stored`);
      } else if (told.has(trial.number)) {
        log('debug', `${id}: trial ${trial.number}, a fold on a fresh seed stored`);
      } else {
        told.add(trial.number);
        log(trial.error ? 'info' : 'debug', `${id}: ${trialText(trial)}`);
      }
    },
    progressed: () => undefined,
    experimentStored: (experiment) => {
      const next = phaseText(experiment);
      if (next === phase) return;
      phase = next;
      log('info', `${id}: ${next} after ${since()} s`);
    },
    broken: (error) => {
      const code = isFault(error) ? error.code : 'internal';
      log('info', `${id}: the run was broken off after ${since()} s [${code}]`);
    },
  };
}

function stopwatch(clock: Clock): () => string {
  const from = clock.elapsedMs();
  return () => ((clock.elapsedMs() - from) / 1000).toFixed(1);
}

function beginning({ experiment, trials }: ExperimentWriter, { workers, variant }: Executor): string {
  const { study, studyHash, dataHash, resolved, rows, folds, amendments } = experiment;
  const { search } = study;
  const ended = trials.filter((t) => isEnded(t.state)).length;
  return [
    ended === 0 ? 'begins' : `goes on, ${ended} trials have ended`,
    `study ${studyHash.slice(0, hashDigits)}, data ${dataHash.slice(0, hashDigits)} (${rows.count} rows to ${rows.lastDate}, ${folds.length} folds)`,
    `seed ${search.seed}, lag ${search.lag}, ${amendments.length} amendments`,
    `sampler ${resolved.sampler.kind}, pruner ${typeof search.pruner === 'string' ? search.pruner : search.pruner.kind}, objective ${study.objective}`,
    `budget ${budgetOf(experiment)} trials, time limit ${timeLimitOf(experiment) ?? 'none'}`,
    `${workers} workers, ${variant.trainer} ${variant.build} ${variant.digest}`,
  ].join('; ');
}

function environmentText({ environment }: Experiment): string {
  return `made by ${JSON.stringify(environment)}`;
}

function phaseText({ state, endedBecause, leader, winner }: Experiment): string {
  if (state === 'finished') return `finished (${endedBecause ?? ''}), leader ${leader}, winner ${winner}`;
  if (endedBecause === 'stopped') return 'stopped';
  return endedBecause === undefined ? 'search' : `search ended (${endedBecause}), confirmation`;
}

function trialText({ number, state, value, folds, durations = {}, error, machine = [] }: Trial): string {
  const times = Object.entries(durations).map(([name, ms]) => `${name} ${Math.round(ms)} ms`);
  const epochs = folds.map(({ curve }) => curve.validation.length).join('+');
  return [
    `trial ${number} ${state}${value === null ? '' : ` ${value}`}`,
    `${folds.length} folds of ${epochs} epochs`,
    ...(times.length === 0 ? [] : [times.join(', ')]),
    ...(error ? [`${error.message} [${error.code}]`] : []),
    ...(machine.length === 0 ? [] : [`because of this machine: ${machine.join(', ')}`]),
  ].join('; ');
}
