import {
  hyperparameterNames,
  type HyperparameterName,
  type Params,
  type ParamValue,
} from '../../model/hyperparameters.ts';
import { isActive, searchSpaceOf, type Distribution, type SpaceParameter } from '../../model/searchSpace.ts';
import { intermediateValues, meanMetrics, type StepLayout, type Trial } from '../../model/trial.ts';
import type { ExportFile } from './exportFile.ts';
import { chosenTrials, type TableChoice, type TableSource } from './trialTable.ts';

/** Codes of optuna/storages/journal/_storage.py (JournalOperation) and optuna/trial/_state.py (TrialState). */
const operations = { createStudy: 0, setStudyUserAttribute: 2, createTrial: 4 } as const;
const states: Record<Trial['state'], number> = { running: 0, complete: 1, pruned: 2, failed: 3, waiting: 4 };
const minimize = 1;

/**
 * A journal file that Optuna 4 and 5 and optuna-dashboard open:
 * `JournalStorage(JournalFileBackend("optuna.log"))`. One study named as the experiment, one finished trial a line.
 * Optuna numbers trials in order; the user attribute `number` keeps ours. Constants stand in user attributes.
 */
export function exportOptuna(source: TableSource, choice: TableChoice = {}): ExportFile {
  const { experiment } = source;
  const trials = chosenTrials(source, choice.trials);
  const space = searchSpaceOf(experiment.study);
  const dimensions = space.parameters.map((parameter) => dimensionOf(parameter, trials));
  const attributes = {
    experiment: experiment.id,
    objective: experiment.study.objective,
    studyHash: experiment.studyHash,
    dataHash: experiment.dataHash,
    constants: Object.fromEntries(
      hyperparameterNames
        .filter((name) => !space.parameters.some((p) => p.name === name))
        .map((name) => [name, space.constants[name]]),
    ),
  };
  const layout = {
    maxEpochs: Math.max(1, ...trials.map((trial) => trial.params.epochs)),
    objective: experiment.study.objective,
  };
  const records = [
    {
      op_code: operations.createStudy,
      study_name: `${experiment.name} (${experiment.id})`,
      directions: [minimize],
    },
    ...Object.entries(attributes).map(([key, value]) => ({
      op_code: operations.setStudyUserAttribute,
      study_id: 0,
      user_attr: { [key]: value },
    })),
    ...trials.map((trial) => trialRecord(trial, dimensions, layout)),
  ];
  const lines = records.map((record) => `${JSON.stringify({ ...record, worker_id: 'lstm-study' })}\n`);
  return { name: 'optuna.log', text: lines.join('') };
}

interface Dimension {
  readonly parameter: SpaceParameter;
  /** JSON of Optuna's distribution. */
  readonly json: string;
  /** Optuna keeps the index of a choice and numbers as they are. */
  readonly internal: (value: ParamValue) => number;
}

function trialRecord(trial: Trial, dimensions: readonly Dimension[], layout: StepLayout): object {
  const active = dimensions.filter(({ parameter }) => isActive(parameter, trial.params));
  const keyed = <T>(of: (dimension: Dimension) => T): Record<string, T> =>
    Object.fromEntries(active.map((dimension) => [dimension.parameter.name, of(dimension)]));
  const ended = trial.state === 'complete' || trial.state === 'pruned' || trial.state === 'failed';
  return {
    op_code: operations.createTrial,
    study_id: 0,
    state: states[trial.state],
    value: trial.state === 'complete' ? trial.value : null,
    values: null,
    datetime_start: trial.startedAt ? optunaTime(trial.startedAt) : null,
    ...(ended && trial.endedAt ? { datetime_complete: optunaTime(trial.endedAt) } : {}),
    distributions: keyed(({ json }) => json),
    params: keyed(({ parameter, internal }) => internal(trial.params[parameter.name])),
    user_attrs: {
      number: trial.number,
      source: trial.source,
      seed: trial.seed,
      metrics: meanMetrics(trial.folds),
      ...(trial.error ? { error: trial.error } : {}),
    },
    system_attrs: {},
    intermediate_values: Object.fromEntries(
      intermediateValues(trial, layout).map(({ step, value }) => [step, value]),
    ),
  };
}

/** ISO 8601 with an offset that Python's fromisoformat reads before 3.11 too. */
function optunaTime(time: string): string {
  return time.replace(/Z$/, '+00:00');
}

/**
 * Optuna wants every value inside its distribution; an amendment may have changed the space, so it is widened to what was run.
 * A logarithmic scale excludes a step there: the step is dropped.
 */
function dimensionOf(parameter: SpaceParameter, trials: readonly Trial[]): Dimension {
  const { name, distribution } = parameter;
  const seen = trials.filter((trial) => isActive(parameter, trial.params)).map((trial) => trial.params[name]);
  if (distribution.kind === 'categorical') {
    const choices = [...new Set([...distribution.choices, ...seen])];
    return {
      parameter,
      json: JSON.stringify({ name: 'CategoricalDistribution', attributes: { choices } }),
      internal: (value) => choices.indexOf(value),
    };
  }
  const attributes = rangeOf(distribution, seen);
  const className = distribution.kind === 'int' ? 'IntDistribution' : 'FloatDistribution';
  return {
    parameter,
    json: JSON.stringify({ name: className, attributes }),
    internal: (value) => numberOf(value, name),
  };
}

function rangeOf(
  distribution: Exclude<Distribution, { kind: 'categorical' }>,
  seen: readonly Params[HyperparameterName][],
): { low: number; high: number; step: number | null; log: boolean } {
  const numbers = seen.filter((value) => typeof value === 'number');
  const low = Math.min(distribution.low, ...numbers);
  const high = Math.max(distribution.high, ...numbers);
  const widened = low !== distribution.low || high !== distribution.high;
  const unit = distribution.kind === 'int' ? 1 : null;
  const step = distribution.log || widened ? unit : distribution.step;
  return { low, high, step, log: distribution.log };
}

function numberOf(value: ParamValue, name: string): number {
  if (typeof value !== 'number') throw new TypeError(`${name} is not a number: ${value}`);
  return value;
}
