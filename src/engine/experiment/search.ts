import type { Experiment } from '../../model/experiment.ts';
import type { Trial } from '../../model/trial.ts';
import { isoTime } from '../clock.ts';
import { isOutOfPatience } from '../pruners/patience.ts';
import { createRng, hashSeed } from '../rng.ts';
import { propose } from '../samplers/propose.ts';
import { isEnded } from '../store/experimentReader.ts';
import { historyOf, mustHaveEnded } from './history.ts';
import { createSignal, type Run } from './run.ts';
import { runTrial } from './runTrial.ts';
import { budgetOf } from '../../model/amendedStudy.ts';
import { settingsAt, timeLimitMsOf, type Settings } from './settings.ts';

export type SearchEnd = NonNullable<Experiment['endedBecause']>;

/**
 * The trial loop: trials are proposed in the order of their numbers, each as soon as all it may see have ended and a worker
 * is free. A trial that is stored and has not ended goes on where it was. Resolves with why the search ended, after
 * everything it started has ended too; rejects with the first Fault or bug that concerns the whole run.
 */
export async function runSearch(run: Run, elapsedMs: () => number): Promise<SearchEnd> {
  const signal = createSignal();
  const active = new Set<Promise<void>>();
  let broken: { error: unknown } | null = null;
  let settings: Settings | null = null;
  let frontier = 0; // all trials below have ended
  const advance = (): void => {
    while (isEnded(run.trials.at(frontier)?.state ?? 'waiting')) frontier++;
  };
  const mayStart = (number: number, lag: number): boolean => {
    advance();
    return active.size < run.executor.workers && frontier > mustHaveEnded(number, lag);
  };
  /** Where the search has to wait, workers that are free help those that are not. */
  const orLend = (condition: () => boolean) => (): boolean => {
    const isMet = condition();
    if (!isMet) run.executor.lend();
    return isMet;
  };
  const halted = (): boolean => broken !== null || run.stop !== null;
  /** Out of time is about new trials only: those that are stored go on. */
  const outOfTime = (): boolean => {
    const limit = timeLimitMsOf(run.experiment);
    return limit !== null && elapsedMs() >= limit;
  };

  const ended = await (async (): Promise<SearchEnd> => {
    for (let number = 0; number < budgetOf(run.experiment) || number < run.trials.length; number++) {
      const stored = run.trials.at(number);
      if (stored && isEnded(stored.state)) continue;
      settings = settingsFor(run, number, settings);
      const { lag } = settings;
      await signal.until(orLend(() => halted() || mayStart(number, lag)));
      if (halted()) return 'stopped';
      if (!stored && outOfTime()) return 'timeLimit';
      const history = (run.plant.history ?? historyOf)(run.trials, number, lag);
      if (!stored) {
        if (
          isOutOfPatience(history, {
            patience: settings.study.search.patience,
            seedSd: seedSdOf(run, history),
            since: settings.since,
          })
        )
          return 'patience';
        const proposed = newTrial(run, { number, settings, history });
        if (!proposed) return settings.source === 'grid' ? 'grid' : 'spaceExhausted';
        await run.writer.saveTrial(proposed);
        run.trials[number] = proposed;
        run.events.trialStored(proposed);
      }
      const work: Promise<void> = runTrial(run, number, { settings, history })
        .catch((error: unknown) => {
          broken ??= { error };
        })
        .finally(() => {
          active.delete(work);
          signal.notify();
        });
      active.add(work);
    }
    return 'trials';
  })().catch((error: unknown): SearchEnd => {
    broken ??= { error };
    return 'stopped';
  });

  await signal.until(orLend(() => active.size === 0 || broken !== null));
  if (broken !== null) {
    run.executor.stopNow();
    await Promise.all(active);
    throw (broken as { error: unknown }).error; // assigned in a callback, which the compiler does not follow
  }
  return run.stop === null ? ended : 'stopped';
}

function settingsFor(run: Run, number: number, last: Settings | null): Settings {
  const amendment = run.experiment.amendments.filter((a) => a.fromTrial <= number).length;
  return last?.amendment === amendment ? last : settingsAt(run.experiment, number);
}

function newTrial(
  run: Run,
  { number, settings, history }: { number: number; settings: Settings; history: readonly Trial[] },
): Trial | null {
  const proposal = propose({
    sampler: settings.sampler,
    source: settings.source,
    space: settings.space,
    points: settings.study.search.points,
    history,
    number,
    rng: createRng(hashSeed(settings.seed, 'sampler', number)),
  });
  if (!proposal) return null;
  return {
    format: 1,
    number,
    state: 'running',
    params: proposal.params,
    source: proposal.source,
    amendment: settings.amendment,
    value: null,
    seed: hashSeed(settings.seed, 'trial', number),
    folds: [],
    startedAt: isoTime(run.clock),
  };
}

/** Standard deviation of a validation U2 over seeds of one configuration, as measured on daily prices (docs/evaluation.md). */
const seedSdOfRatio = 0.0013;

/** Seed noise of the objective; for objectives in price units relative to the lowest value that is seen. */
function seedSdOf(run: Run, history: readonly Trial[]): number {
  const { objective } = run.experiment.study;
  if (objective === 'u2' || objective === 'relMae') return seedSdOfRatio;
  const values = history.flatMap((t) => (t.value === null ? [] : [t.value]));
  return values.length === 0 ? 0 : seedSdOfRatio * Math.min(...values);
}
