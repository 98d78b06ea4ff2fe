import { z } from 'zod';
import { faultCodes } from './fault.ts';
import { paramsSchema, type Params } from './hyperparameters.ts';
import { metricIds, type Metrics, type Objective } from './metrics.ts';

/** Every number in a stored document is finite. */
const finite = z.number();
/** The same for many at once; an element at a time a document of curves takes five times as long to check. */
const finiteNumbers = z.custom<number[]>(
  (value) => {
    if (!Array.isArray(value)) return false;
    for (const number of value) if (!Number.isFinite(number)) return false;
    return true;
  },
  { error: 'must be a list of finite numbers' },
);
const time = z.string().describe('ISO 8601, UTC');
const metricsSchema = z.custom<Metrics>(
  (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const numbers = value as Readonly<Record<string, unknown>>; // an object, whatever its keys
    for (const id of metricIds) if (!Number.isFinite(numbers[id])) return false;
    return Object.keys(value).length === metricIds.length;
  },
  { error: `must have a finite number for each of ${metricIds.join(', ')}` },
);

export const trialStates = ['waiting', 'running', 'complete', 'pruned', 'failed'] as const;
export type TrialState = (typeof trialStates)[number];

/** A trial that was running when its experiment was cut off runs no more: a resume takes it up again. */
export type ShownState = TrialState | 'interrupted';

export function shownState(state: TrialState, isExperimentRunning: boolean): ShownState {
  return state === 'running' && !isExperimentRunning ? 'interrupted' : state;
}

/** One fold of a trial. Curves have one number an epoch, rounded to 6 significant digits where they are made. */
export const foldRecordSchema = z.strictObject({
  fold: z.int().min(0),
  curve: z.strictObject({
    train: finiteNumbers.describe('Training loss in scaled units'),
    validation: finiteNumbers.describe('The objective on the validation block'),
  }),
  endedBy: z.enum(['epochs', 'stop', 'earlyStopping', 'diverged']),
  metrics: metricsSchema.nullable().describe('Mean over horizon steps; null when the fold did not end'),
  steps: z.array(metricsSchema).describe('Per horizon step'),
});
export type FoldRecord = Readonly<z.infer<typeof foldRecordSchema>>;

export const trialErrorSchema = z.strictObject({ code: z.enum(faultCodes), message: z.string() });

export const trialSchema = z.strictObject({
  format: z.literal(1),
  number: z.int().min(0),
  state: z.enum(trialStates),
  params: paramsSchema,
  source: z.enum(['sampler', 'grid', 'point']),
  amendment: z.int().min(0),
  /** Mean of the objective over folds, full precision; null unless complete. */
  value: finite.nullable(),
  seed: z.int().min(0).max(4294967295),
  folds: z.array(foldRecordSchema),
  error: trialErrorSchema.optional(),
  /** Rules that depend on the machine and fired here (time limit, memory, worker died twice). */
  machine: z.array(z.string()).optional(),
  startedAt: time.optional(),
  endedAt: time.optional(),
  durations: z.record(z.string(), finite).optional().describe('Milliseconds by phase'),
});
export type Trial = Readonly<z.infer<typeof trialSchema>>;

/** Fields that differ between two runs of the same experiment; left out when experiments are compared bit for bit. */
export const volatileTrialFields = ['startedAt', 'endedAt', 'durations'] as const;

/** A trial as the sampler sees one that it may not look into yet: params only (contract: lag). */
export function masked(trial: Trial): Trial {
  return {
    format: 1,
    number: trial.number,
    state: 'running',
    params: trial.params,
    source: trial.source,
    amendment: trial.amendment,
    value: null,
    seed: trial.seed,
    folds: [],
  };
}

/** What a fold is worth: its objective once it has ended (early stopping keeps an earlier epoch than the last), else where it is. */
export function foldValue({ metrics, curve }: FoldRecord, objective: Objective): number {
  return metrics ? metrics[objective] : (curve.validation.at(-1) ?? Number.NaN);
}

/** How the steps of pruning are counted and valued. */
export interface StepLayout {
  /** Length of a fold in steps: most epochs a trial can have. */
  readonly maxEpochs: number;
  /** What finished folds are worth. */
  readonly objective: Objective;
}

/**
 * Intermediate values for pruning: step = fold x maxEpochs + epoch, value = mean of the finished folds and the current fold's value
 * at that epoch. Ascending steps; an epoch that was not run has no entry.
 */
export function intermediateValues(
  trial: Pick<Trial, 'folds'>,
  { maxEpochs, objective }: StepLayout,
): { step: number; value: number }[] {
  const out: { step: number; value: number }[] = [];
  let finishedSum = 0;
  trial.folds.forEach((fold, i) => {
    fold.curve.validation.forEach((value, epoch) => {
      out.push({ step: fold.fold * maxEpochs + epoch, value: (finishedSum + value) / (i + 1) });
    });
    finishedSum += foldValue(fold, objective);
  });
  return out;
}

/** Number of epochs curves of unfinished folds included; for tables ("fold 2, epoch 8"). */
export function progressOf(trial: Pick<Trial, 'folds'>): { fold: number; epoch: number } {
  const last = trial.folds.at(-1);
  return { fold: last ? last.fold : 0, epoch: last ? last.curve.validation.length : 0 };
}

/** Mean over folds of each metric; null unless every fold has metrics. */
export function meanMetrics(folds: readonly FoldRecord[]): Metrics | null {
  if (folds.length === 0 || folds.some((f) => f.metrics === null)) return null;
  return Object.fromEntries(
    metricIds.map((id) => [id, folds.reduce((sum, f) => sum + f.metrics![id], 0) / folds.length]),
  ) as Metrics; // one key an id
}

/** A trial's line in tables and plots: no curves but the sparkline. */
export interface TrialRow {
  readonly number: number;
  readonly state: TrialState;
  readonly source: Trial['source'];
  readonly amendment: number;
  readonly params: Params;
  readonly value: number | null;
  readonly foldValues: readonly number[];
  readonly metrics: Metrics | null;
  readonly progress: { readonly fold: number; readonly epoch: number };
  /** Objective on validation by epoch, mean over the folds run, at most 24 points. */
  readonly spark: readonly number[];
  /** Milliseconds since the epoch; null before the start. */
  readonly startedAtMs: number | null;
  readonly durationMs: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Mean, standard deviation and number of fresh-seed confirmation runs. */
  readonly confirm: { readonly mean: number; readonly sd: number; readonly seeds: number } | null;
}
