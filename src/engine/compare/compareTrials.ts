import type { Confirmation, Experiment } from '../../model/experiment.ts';
import { hyperparameterNames } from '../../model/hyperparameters.ts';
import type { Objective } from '../../model/metrics.ts';
import type { Trial } from '../../model/trial.ts';
import type { ComparedTrial, CompareResult } from '../../protocol/analysis.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import { plainText } from '../../model/plainText.ts';
import { incomparableReasons } from './comparability.ts';
import { seedInterval } from '../evaluation/seedInterval.ts';
import { pooledDeviation, tieLimit } from './seedNoise.ts';

/** A trial with the experiment it belongs to. */
export interface CompareSource {
  readonly ref: ExperimentRef;
  readonly experiment: Experiment;
  readonly trial: Trial;
  /** All confirmations of the experiment: they tell how much one seed moves a score. */
  readonly confirmations: readonly Confirmation[];
}

type Pair = CompareResult['pairs'][number];

/**
 * Trials side by side. `differs` of a trial names the hyperparameters in which it differs from the first one; `a` and `b` of a
 * pair are indices into `trials`, and its numbers are score of b minus score of a (below 0: b is better).
 * Pairs are made only of trials whose scores may stand in one column.
 */
export function compareTrials(sources: readonly CompareSource[]): CompareResult {
  const trials = sources.map((source): ComparedTrial => {
    const { ref, trial } = source;
    return {
      ref,
      number: trial.number,
      label: labelOf(source, sources),
      trial,
      confirmation: confirmationOf(source),
      differs: hyperparameterNames.filter((name) => trial.params[name] !== sources[0].trial.params[name]),
    };
  });
  const incomparable = new Set<string>();
  const pairs: Pair[] = [];
  sources.forEach((a, i) => {
    sources.slice(i + 1).forEach((b, k) => {
      const reasons = incomparableReasons(a.experiment, b.experiment);
      for (const reason of reasons) incomparable.add(reason);
      if (reasons.length > 0) return;
      const difference = differenceOf(a, b);
      if (difference === null) return;
      const j = i + 1 + k;
      const names = [trials[i].label, trials[j].label] as const;
      pairs.push({ a: i, b: j, ...difference, sentence: sentenceOf(names, difference, a.experiment) });
    });
  });
  const objective = sources[0]?.experiment.study.objective ?? 'u2';
  return { objective, incomparable: [...incomparable], trials, pairs };
}

interface Difference extends Omit<Pair, 'a' | 'b' | 'sentence'> {
  readonly limit: number | null;
  readonly by: 'seeds' | 'folds';
}

/**
 * By seed (mean over folds of fresh-seed runs, paired by repeat) where both were confirmed, else by fold of the search run.
 * A tie: the difference is below 2 SD sqrt(2 / seeds), SD over seeds pooled over both trials (over the experiments' other
 * confirmations where these two have none). A difference whose interval holds 0 is a tie too.
 */
function differenceOf(a: CompareSource, b: CompareSource): Difference | null {
  const byFold = foldDifferences(a.trial, b.trial, a.experiment.study.objective);
  const [runsA, runsB] = [runValues(confirmationOf(a)), runValues(confirmationOf(b))];
  const bySeed = [...runsA].flatMap(([repeat, value]) => {
    const other = runsB.get(repeat);
    return other === undefined ? [] : [other - value];
  });
  if (bySeed.length === 0 && byFold.length === 0) return null;
  const by = bySeed.length >= 2 || byFold.length === 0 ? 'seeds' : 'folds';
  const { mean, interval } = seedInterval(by === 'seeds' ? bySeed : byFold);
  const deviation =
    by === 'seeds'
      ? pooledDeviation([[...runsA.values()], [...runsB.values()]])
      : pooledDeviation([...a.confirmations, ...b.confirmations].map((c) => [...runValues(c).values()]));
  const limit = deviation > 0 ? tieLimit(deviation, by === 'seeds' ? bySeed.length : 1) : null;
  const holdsZero = interval === null || (interval[0] <= 0 && interval[1] >= 0);
  const tie = limit === null ? holdsZero : Math.abs(mean) < limit || holdsZero;
  return { byFold, bySeed, mean, interval, tie, limit, by };
}

/** b minus a on each fold that both finished. */
function foldDifferences(a: Trial, b: Trial, objective: Objective): readonly number[] {
  return a.folds.flatMap((fold) => {
    const other = b.folds.find((f) => f.fold === fold.fold);
    if (!fold.metrics || !other?.metrics) return [];
    return [other.metrics[objective] - fold.metrics[objective]];
  });
}

function confirmationOf({ trial, confirmations }: CompareSource): Confirmation | null {
  return confirmations.find((c) => c.number === trial.number) ?? null;
}

function runValues(confirmation: Confirmation | null): ReadonlyMap<number, number> {
  const runs = confirmation?.runs ?? [];
  return new Map(runs.flatMap((run) => (run.value === null ? [] : [[run.repeat, run.value] as const])));
}

/** `#3` within one experiment, else with what tells the experiments apart: the name, the end of the id, or both. */
function labelOf({ experiment, trial }: CompareSource, all: readonly CompareSource[]): string {
  const others = all.map((source) => source.experiment).filter(({ id }) => id !== experiment.id);
  if (others.length === 0) return `#${trial.number}`;
  const name = plainText(experiment.name);
  const namesakes = others.filter((other) => other.name === experiment.name);
  if (namesakes.length === 0) return `#${trial.number} of ${name}`;
  const end = experiment.id.slice(-4);
  const short = namesakes.some(({ id }) => id.endsWith(end)) ? experiment.id : end;
  return namesakes.length === others.length
    ? `#${trial.number} of ${short}`
    : `#${trial.number} of ${name} (${short})`;
}

function sentenceOf([a, b]: readonly [string, string], d: Difference, { study }: Experiment): string {
  const digits = study.objective === 'u2' || study.objective === 'relMae' ? 4 : 6;
  const number = (x: number): string => (digits === 4 ? x.toFixed(4) : x.toPrecision(digits));
  const unit = study.objective;
  const on =
    d.by === 'seeds'
      ? `on ${d.bySeed.length} fresh seeds`
      : `on ${d.byFold.length} ${d.byFold.length === 1 ? 'fold' : 'folds'}, one seed each`;
  const size = number(Math.abs(d.mean));
  if (d.tie) {
    const why =
      d.limit !== null && Math.abs(d.mean) < d.limit
        ? `seed noise alone moves such a difference by ${number(d.limit)}`
        : d.interval === null
          ? 'one pair says nothing about noise'
          : `the 95 % interval over ${d.by} holds 0`;
    return `${b} and ${a} tie: they differ by ${size} in ${unit} ${on}, and ${why}.`;
  }
  const [better, worse] = d.mean < 0 ? [b, a] : [a, b];
  const ends = d.interval?.map(Math.abs).sort((x, y) => x - y);
  const range = ends ? ` (95 % interval ${number(ends[0])} to ${number(ends[1])})` : '';
  return `${better} is better than ${worse} by ${size} in ${unit} ${on}${range}.`;
}
