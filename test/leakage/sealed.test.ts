import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSeries } from '../../src/engine/data/buildSeries.ts';
import { survivesSealing } from '../../src/engine/data/leakChecks.ts';
import type { DataTable } from '../../src/engine/data/dataTable.ts';
import type { SearchData } from '../../src/engine/data/prepare.ts';
import { fitScaler } from '../../src/engine/data/scaler.ts';
import { createRng } from '../../src/engine/rng.ts';
import type { Trainer } from '../../src/engine/trainers/trainer.ts';
import type { Params } from '../../src/model/hyperparameters.ts';
import type { FoldRecord } from '../../src/model/trial.ts';
import type { Study } from '../../src/model/study.ts';
import { studyOf } from '../data/testData.ts';
import { foldOutcome, plainTrainer, prepared, randomWalk, smallParams, tableOf } from './studies.ts';

let trainer: Trainer;
beforeAll(async () => {
  trainer = await plainTrainer();
});
afterAll(() => trainer.dispose());

const rows = 800;
const study = studyOf({
  hyperparameters: { lookback: { choices: [5, 10] } },
  split: { validation: { kind: 'walkForward', folds: 2, size: 0.2 } },
});
const table = tableOf(randomWalk(rows, 5));

function withTestRows(value: number): DataTable {
  const close = table.numbers.get('close')!.map((x, t) => (t < 0.85 * rows ? x : value));
  return { ...table, numbers: new Map([['close', close]]) };
}

/** Six configurations on all folds: the trial table of a search. */
async function search(
  data: SearchData,
): Promise<{ readonly trials: FoldRecord[][]; readonly winner: number }> {
  const rng = createRng(1);
  const trials: FoldRecord[][] = [];
  for (let number = 0; number < 6; number++) {
    const params: Params = {
      ...smallParams,
      lookback: rng.int(2) === 0 ? 5 : 10,
      units: 4 + rng.int(8),
      epochs: 3,
    };
    const folds: FoldRecord[] = [];
    for (const plan of data.folds) {
      const worker = {
        series: data.series,
        plans: data.folds,
        refit: null,
        horizon: study.horizon,
        earlyStopping: null,
      };
      const outcome = await foldOutcome(trainer, worker, { params, fold: plan.fold, seed: number });
      if (outcome.kind !== 'done') throw new Error('the fit did not end');
      folds.push(outcome.record);
    }
    trials.push(folds);
  }
  const values = trials.map((folds) => folds.reduce((sum, f) => sum + (f.metrics?.u2 ?? NaN), 0));
  return { trials, winner: values.indexOf(Math.min(...values)) };
}

test('L2 sealed test: the same trials and winner whatever the test rows hold', async () => {
  const real = await search(prepared(table, study));
  expect(await search(prepared(withTestRows(NaN), study))).toEqual(real);
  expect(await search(prepared(withTestRows(1e6), study))).toEqual(real);
});

/** The broken twin: inputs and Scalers from all rows of the file, as tutorials do it. */
function preparedWhole(whole: DataTable, s: Study): SearchData {
  const sound = prepared(whole, s);
  const all = buildSeries(whole, s.data).series;
  if (all === null) throw new Error('no series');
  const folds = sound.folds.map((plan) => ({
    ...plan,
    scaler: fitScaler(all, { from: 0, to: all.rows }, s.data.scaler),
  }));
  return { ...sound, folds };
}

test('L2 twin: a Scaler of the whole file gives other trials', async () => {
  const real = await search(preparedWhole(table, study));
  expect(await search(preparedWhole(withTestRows(1e6), study))).not.toEqual(real);
});

test('the check that the report shows: what a search gets is the same, and the twin is caught', () => {
  const row = Math.floor(0.85 * rows);
  expect(survivesSealing(table, (t) => prepared(t, study), row)).toBe(true);
  expect(survivesSealing(table, (t) => preparedWhole(t, study), row)).toBe(false);
});
