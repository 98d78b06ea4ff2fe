import type { DataReport } from '../../model/dataReport.ts';
import type { Annotations, Confirmation, Experiment } from '../../model/experiment.ts';
import type { Trial } from '../../model/trial.ts';
import type { TestResult } from '../../protocol/results.ts';
import type { BundleDocument } from '../exporters/bundleSchema.ts';

/** Everything a report is made from: stored documents and nothing computed anew from prices. */
export interface ReportSource {
  readonly experiment: Experiment;
  readonly trials: readonly Trial[];
  readonly confirmations: readonly Confirmation[];
  readonly annotations: Annotations | null;
  /** The tested trial that the report is about; null while the test range is sealed. */
  readonly result: TestResult | null;
  /** All stored test results of the experiment, for validation against test. */
  readonly results: readonly TestResult[];
  readonly selectionBias: SelectionBias | null;
  readonly dataReport: DataReport | null;
  /** Of the tested trial. */
  readonly model: BundleDocument | null;
  /** When the report was made, ISO 8601. */
  readonly madeAt: string;
  readonly version: string;
}

export interface SelectionBias {
  readonly pbo: number | null;
  readonly spaP: number | null;
  readonly note: string;
}

/** Trial states counted. */
export function countStates(trials: readonly Trial[]): Readonly<Record<Trial['state'], number>> {
  const counts = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 };
  for (const trial of trials) counts[trial.state] += 1;
  return counts;
}

/** The trial a report is about: the tested one, else the winner, else the best of the search so far. */
export function subjectOf({ experiment, trials, result }: ReportSource): Trial | undefined {
  const number = result?.trial ?? experiment.winner ?? rankedTrials(trials)[0]?.number;
  return trials.find((trial) => trial.number === number);
}

/** Complete trials, lowest score first. */
export function rankedTrials(trials: readonly Trial[]): readonly Trial[] {
  return trials
    .filter((trial) => trial.state === 'complete' && trial.value !== null)
    .toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0) || a.number - b.number);
}
