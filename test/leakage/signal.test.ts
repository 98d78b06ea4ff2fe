import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/engine/rng.ts';
import type { DataTable } from '../../src/engine/data/dataTable.ts';
import type { Trainer } from '../../src/engine/trainers/trainer.ts';
import { studyOf } from '../data/testData.ts';
import { plainTrainer, randomWalk, smallParams, tableOf, testOf } from './studies.ts';

let trainer: Trainer;
beforeAll(async () => {
  trainer = await plainTrainer();
});
afterAll(() => trainer.dispose());

const rows = 2000;
const study = studyOf({ hyperparameters: { lookback: 10 } });

test('L5 random walks: no better than persistence', async () => {
  const scores = [];
  for (let seed = 1; seed <= 20; seed++) {
    const table = tableOf(randomWalk(rows, seed));
    scores.push(await testOf(trainer, { table, study, params: smallParams, seeds: 3 }));
  }
  const mean = scores.reduce((sum, s) => sum + s.u2, 0) / scores.length;
  expect(mean).toBeGreaterThanOrEqual(0.995);
  expect(scores.filter((s) => s.verdict !== 'better').length).toBeGreaterThanOrEqual(18);
});

test('L5 twin: a centred mean among the features is found on the same walks', async () => {
  const returns = randomWalk(rows, 1);
  const table = tableOf(returns);
  const close = table.numbers.get('close')!;
  const centred = close.map((_, t) => {
    const part = close.slice(Math.max(0, t - 2), t + 3);
    return part.reduce((a, x) => a + x, 0) / part.length / close[t] - 1;
  });
  const leaky = await testOf(trainer, {
    table: tableOf(returns, { centred }),
    study: studyOf({
      hyperparameters: { lookback: 10 },
      data: {
        price: 'close',
        features: [
          { column: 'centred', transform: 'none' },
          { column: 'close', transform: 'logReturn' },
        ],
      },
    }),
    params: { ...smallParams, epochs: 30, learningRate: 0.01 },
    seeds: 2,
  });
  expect(leaky.u2).toBeLessThan(0.9);
  expect(leaky.verdict).toBe('better');
  expect(leaky.suspicious.fired).toBe(true);
});

/** AR(1) log-returns with coefficient 0.5: the best possible U2 is sqrt(1 - 0.25) = 0.866. */
function plantedTable(seed: number): DataTable {
  const rng = createRng(seed);
  let last = 0;
  return tableOf(Array.from({ length: 6000 }, () => (last = 0.5 * last + 0.01 * rng.normal())));
}

test('L6 planted signal: it is found, and the guard fires', async () => {
  const scores = [];
  for (let seed = 1; seed <= 4; seed++) {
    const params = { ...smallParams, epochs: 12 };
    scores.push(await testOf(trainer, { table: plantedTable(seed), study, params, seeds: 2 }));
  }
  expect(scores.filter((s) => s.verdict === 'better').length).toBeGreaterThanOrEqual(3);
  for (const s of scores) {
    expect(s.suspicious.fired).toBe(true);
    expect(s.u2).toBeGreaterThan(0.85);
    expect(s.u2).toBeLessThan(0.91);
  }
});

test('L6 twin: a loop that fits targets a day late is blind to the signal, and the test says so', async () => {
  const late = { ...trainer, fit: lateFit(trainer) };
  const params = { ...smallParams, epochs: 12 };
  const blind = await testOf(late, { table: plantedTable(1), study, params, seeds: 2 });
  expect(blind.u2).toBeGreaterThan(0.91);
});

/** Trains on the target of the next origin: what is planted one day ahead is gone two days ahead. */
function lateFit(real: Trainer): Trainer['fit'] {
  return (params, fold, options) => {
    const targets = Float32Array.from(fold.targets, (_, i) => {
      const t = Math.floor(i / fold.horizon);
      return fold.trainOrigins.includes(t + 2) ? fold.targets[i + 2 * fold.horizon] : fold.targets[i];
    });
    return real.fit(params, { ...fold, targets }, options);
  };
}

test('L7 oracle: tomorrow as a feature is seen at once; lagged to what is known it gains nothing', async () => {
  const returns = randomWalk(rows, 42);
  const tomorrow = Float64Array.from(returns, (_, t) => returns[t + 1] ?? 0);
  const today = Float64Array.from(returns);
  const fit = (column: Float64Array): ReturnType<typeof testOf> =>
    testOf(trainer, {
      table: tableOf(returns, { oracle: column }),
      study: studyOf({
        hyperparameters: { lookback: 3 },
        data: { price: 'close', features: [{ column: 'oracle', transform: 'none' }] },
      }),
      params: { ...smallParams, lookback: 3, units: 16, epochs: 40, learningRate: 0.01 },
      seeds: 2,
    });
  const leaking = await fit(tomorrow);
  const sound = await fit(today);
  expect(leaking.u2).toBeLessThan(0.1);
  expect(leaking.suspicious.fired).toBe(true);
  expect(leaking.suspicious.checks.length).toBeGreaterThan(0);
  expect(sound.u2).toBeGreaterThan(0.98);
  expect(sound.suspicious.fired).toBe(false);
  expect(sound.verdict).not.toBe('better');
});
