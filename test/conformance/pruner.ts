import { neutralParams } from '../../src/model/neutralParams.ts';
import type { Trial } from '../../src/model/trial.ts';
import { createRng } from '../../src/engine/rng.ts';
import type { Pruner } from '../../src/engine/pruners/pruner.ts';

/** What every Pruner must keep, as a list of what was found wrong. */
export interface PrunerExpectations {
  readonly maxEpochs: number;
  readonly folds: number;
  /** Epochs of the first fold in which nothing may be pruned. */
  readonly warmup: number;
}

interface MadeTrial {
  readonly number: number;
  readonly state: Trial['state'];
  /** Values by fold and epoch. */
  readonly curves: readonly (readonly number[])[];
  readonly epochs: number;
  readonly code?: 'diverged' | 'workerDied';
}

export function madeTrial({ number, state, curves, epochs, code }: MadeTrial): Trial {
  const last = curves.map((curve) => curve.at(-1) ?? 0);
  return {
    format: 1,
    number,
    state,
    params: { ...neutralParams, epochs },
    source: 'sampler',
    amendment: 0,
    value: state === 'complete' ? last.reduce((a, b) => a + b, 0) / last.length : null,
    seed: number,
    folds: curves.map((validation, fold) => ({
      fold,
      curve: { train: [...validation], validation: [...validation] },
      endedBy: 'epochs' as const,
      metrics: null,
      steps: [],
    })),
    ...(code ? { error: { code, message: 'for the test' } } : {}),
  };
}

/** Curves that fall to a level, fold after fold; `seen` epochs in all are there so far. */
export function levelCurves(
  level: number,
  { folds, epochs, seen }: { readonly folds: number; readonly epochs: number; readonly seen: number },
): number[][] {
  const curves: number[][] = [];
  for (let fold = 0; fold < folds && seen > fold * epochs; fold++)
    curves.push(
      Array.from(
        { length: Math.min(epochs, seen - fold * epochs) },
        (_, e) => level + Math.exp(-(e + 1) / 3) + 0.05 * fold,
      ),
    );
  return curves;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

/** A history with every kind of trial: other numbers of epochs, pruned early and late, diverged, failed, running. */
function mixedHistory({ maxEpochs, folds }: PrunerExpectations): readonly Trial[] {
  const rng = createRng(5);
  return Array.from({ length: 40 }, (_, number) => {
    const epochs = Math.max(1, maxEpochs - 5 * rng.int(3));
    const level = 1 + rng.uniform();
    const all = folds * epochs;
    const partial = levelCurves(level, { folds, epochs, seen: 1 + rng.int(all) });
    if (number % 6 === 1) return madeTrial({ number, state: 'pruned', curves: partial, epochs });
    if (number % 9 === 2)
      return madeTrial({ number, state: 'failed', code: 'diverged', curves: partial, epochs });
    if (number % 13 === 3)
      return madeTrial({ number, state: 'failed', code: 'workerDied', curves: partial, epochs });
    if (number > 34) return madeTrial({ number, state: 'running', curves: [], epochs });
    return madeTrial({
      number,
      state: 'complete',
      curves: levelCurves(level, { folds, epochs, seen: all }),
      epochs,
    });
  });
}

export function prunerViolations(pruner: Pruner, expectations: PrunerExpectations): readonly string[] {
  const { maxEpochs, folds, warmup } = expectations;
  const violations = new Set<string>();
  const history = deepFreeze(mixedHistory(expectations));
  const number = history.length;
  const ask = (past: readonly Trial[], trial: Trial): boolean => {
    try {
      const first = pruner.shouldPrune(past, trial);
      const again = pruner.shouldPrune(structuredClone(past), structuredClone(trial));
      if (first !== again) violations.add('gave two answers to one question');
      return first;
    } catch (error) {
      violations.add(
        error instanceof TypeError ? `changed what it was given (${error.message})` : String(error),
      );
      return false;
    }
  };
  const run = (level: number, epochs: number, past: readonly Trial[]): number => {
    for (let seen = 1; seen <= folds * epochs; seen++) {
      const curves = levelCurves(level, { folds, epochs, seen });
      if (ask(past, deepFreeze(madeTrial({ number, state: 'running', curves, epochs })))) return seen;
    }
    return Infinity;
  };
  for (const epochs of [maxEpochs, maxEpochs - 5, 1]) {
    if (run(1.5, epochs, []) !== Infinity) violations.add('pruned with nothing to compare to');
    if (run(-5, epochs, history) !== Infinity) violations.add('pruned a trial that is better at every step');
    if (run(50, epochs, history) < Math.min(warmup, epochs)) violations.add('pruned within the warm-up');
  }
  // Only trials that may be seen count: without them nothing is known, however many run or failed.
  const unseen = history
    .filter((trial) => trial.state === 'running' || trial.error?.code === 'workerDied')
    .map((trial) => ({ ...trial, folds: history[0].folds }));
  if (run(50, maxEpochs, unseen) !== Infinity) violations.add('looked at a trial that teaches nothing');
  if (ask(history, madeTrial({ number, state: 'running', curves: [], epochs: maxEpochs })))
    violations.add('pruned before the first epoch');
  return [...violations];
}

/** Steps after which a hopeless trial is pruned against a field of good ones; Infinity for never. */
export function stopOfHopeless(pruner: Pruner, { maxEpochs, folds }: PrunerExpectations): number {
  const field = Array.from({ length: 20 }, (_, number) =>
    madeTrial({
      number,
      state: 'complete',
      epochs: maxEpochs,
      curves: levelCurves(1 + number / 100, { folds, epochs: maxEpochs, seen: folds * maxEpochs }),
    }),
  );
  for (let seen = 1; seen <= folds * maxEpochs; seen++) {
    const curves = levelCurves(5, { folds, epochs: maxEpochs, seen });
    if (pruner.shouldPrune(field, madeTrial({ number: 20, state: 'running', curves, epochs: maxEpochs })))
      return seen;
  }
  return Infinity;
}
