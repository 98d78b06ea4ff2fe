import { expect, test } from 'vitest';
import { neutralParams } from '../../model/neutralParams.ts';
import type { Metrics } from '../../model/metrics.ts';
import type { PrunerSpec } from '../../model/searchSpec.ts';
import type { FoldRecord, Trial } from '../../model/trial.ts';
import { createPruner } from './create.ts';
import { resourceOf, valueAt } from './steps.ts';

const layout = { maxEpochs: 20, objective: 'u2' } as const;
const folds = 6;
const metricsOf = (u2: number): Metrics => ({
  mse: 1,
  mae: 1,
  rmse: 1,
  mape: 1,
  relMae: 1,
  u2,
  direction: 0.5,
});

/** A fold that early stopping ended after two epochs, or that is under way there; the weights of the first are kept. */
function shortFold(fold: number, level: number, isRunning = false): FoldRecord {
  const curve = [level, level + 0.5];
  return {
    fold,
    curve: { train: curve, validation: curve },
    endedBy: isRunning ? 'stop' : 'earlyStopping',
    metrics: isRunning ? null : metricsOf(level),
    steps: [],
  };
}

function trialOf(number: number, state: Trial['state'], records: readonly FoldRecord[]): Trial {
  return {
    format: 1,
    number,
    state,
    params: { ...neutralParams, epochs: layout.maxEpochs },
    source: 'sampler',
    amendment: 0,
    value: state === 'complete' ? records.reduce((sum, r) => sum + r.metrics!.u2, 0) / records.length : null,
    seed: number,
    folds: [...records],
  };
}

test('a fold that early stopping ended counts whole, and with the epoch that was kept', () => {
  const running = trialOf(0, 'running', [shortFold(0, 1), shortFold(1, 3, true)]);
  expect(resourceOf(running, layout)).toBe(22);
  expect([1, 2, 9, 20, 21, 22].map((step) => valueAt(running, step, layout))).toEqual([1, 1, 1, 1, 2, 2.25]);
  expect(resourceOf(trialOf(0, 'running', [shortFold(0, 1), shortFold(1, 3)]), layout)).toBe(40);
});

/** Where each one stops a hopeless trial among good ones when all folds end early; by hand from each rule. */
const stops: readonly (readonly [PrunerSpec, string])[] = [
  // The warm-up of three epochs is not over when the first fold ends.
  ['median', 'fold 1, epoch 1'],
  ['percentile', 'fold 1, epoch 1'],
  // Rungs at 3 and, of bracket 1, at 9 steps: both lie behind the end of the first fold.
  ['asha', 'after fold 0'],
  ['hyperband', 'after fold 0'],
  // p of four folds worse out of four is 1/16.
  ['wilcoxon', 'after fold 3'],
  ['none', 'never'],
];

test.each(stops)('%s stops a hopeless trial whose folds all end early: %s', (spec, expected) => {
  const pruner = createPruner(spec, { ...layout, folds, seed: 1 });
  const history = Array.from({ length: 20 }, (_, number) =>
    trialOf(
      number,
      'complete',
      Array.from({ length: folds }, (_fold, fold) => shortFold(fold, 1 + number / 100)),
    ),
  );
  const stopOf = (): string => {
    const done: FoldRecord[] = [];
    for (let fold = 0; fold < folds; fold++) {
      const { curve } = shortFold(fold, 5);
      for (const epoch of [1, 2]) {
        const validation = curve.validation.slice(0, epoch);
        const live = { ...shortFold(fold, 5, true), curve: { train: validation, validation } };
        if (pruner.shouldPrune(history, trialOf(20, 'running', [...done, live])))
          return `fold ${fold}, epoch ${epoch}`;
      }
      done.push(shortFold(fold, 5));
      if (pruner.shouldPrune(history, trialOf(20, 'running', done))) return `after fold ${fold}`;
    }
    return 'never';
  };
  expect(stopOf()).toBe(expected);
});
