import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../src/engine/rng.ts';
import type { EngineSession } from '../../src/engine/session.ts';
import { parseStudy } from '../../src/model/parseStudy.ts';
import { searchSpaceOf } from '../../src/model/searchSpace.ts';
import type { StudyInput } from '../../src/model/study.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import { openSession, runToEnd } from '../engine/harness.ts';
import { expectClose, printedPrices } from './cases.ts';
import { sp500Path } from './fixtures.ts';

/** Whole studies through the engine's requests, as the panel and the command line make them; trained by built workers. */

let folder = '';
let session: EngineSession;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exports-'));
  session = openSession().session;
  void session.handlers.initialize({ mode: 'full', workers: 2 });
});
afterAll(async () => {
  await session.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** A study of few constants and one thing to search; `columns` are the inputs. */
async function run(
  name: string,
  csv: string,
  columns: readonly string[],
  rest: Partial<StudyInput> = {},
): Promise<ExperimentRef> {
  await writeFile(join(folder, `${name}.csv`), csv);
  const study = {
    lstmStudy: 1,
    name,
    data: {
      file: `${name}.csv`,
      price: 'close',
      features: columns.map((column) => ({ column, transform: column === 'close' ? 'logReturn' : 'none' })),
    },
    split: { validation: { kind: 'walkForward', folds: 2 } },
    hyperparameters: {
      lookback: 5,
      units: { choices: [8, 12] },
      layers: 1,
      dropout: 0,
      learningRate: 0.005,
      batchSize: 64,
      epochs: 12,
      optimizer: 'adam',
    },
    search: { sampler: 'grid', trials: 2, pruner: 'none', confirm: { top: 2, seeds: 2 } },
    trainer: 'wasm',
    ...rest,
  };
  const file = join(folder, `${name}.lstm.json`);
  await writeFile(file, JSON.stringify(study));
  const store = join(folder, `${name}.store`);
  return runToEnd(session, { folder, file, store, remove: () => Promise.resolve() });
}

/** Prices from log-returns, a row a day, with a column of tomorrow's return. */
function csvOf(returns: readonly number[]): string {
  let price = 100;
  const lines = returns.map((r, t) => {
    price *= Math.exp(r);
    const date = new Date(t * 86_400_000).toISOString().slice(0, 10);
    return `${date},${price},${returns[t + 1] ?? 0}`;
  });
  return `date,close,tomorrow\n${lines.join('\n')}\n`;
}

function returnsOf(rows: number, phi: number, seed: number): number[] {
  const rng = createRng(seed);
  let last = 0;
  return Array.from({ length: rows }, () => (last = phi * last + 0.01 * rng.normal()));
}

async function exported(
  ref: ExperimentRef,
  format: 'html' | 'markdown' | 'modelSheet' | 'csv',
): Promise<string> {
  const target = join(folder, `${ref.id}.${format}`);
  const { files } = await session.handlers.export({ ...ref, format, target });
  expect(files).toEqual([target]);
  return readFile(target, 'utf8');
}

/** Both reports as a reader sees them: Markdown, and the words of the page. */
async function reportsOf(ref: ExperimentRef): Promise<readonly string[]> {
  const page = (await exported(ref, 'html'))
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/\s+/g, ' ');
  return [await exported(ref, 'markdown'), page];
}

/** The guard's warning (L13), with what each check said of the study's own rows. */
async function expectLeakWarning(ref: ExperimentRef): Promise<void> {
  for (const text of await reportsOf(ref)) {
    expect(text).toContain('Possible leak: U2 one step ahead is 0.');
    for (const id of ['L1', 'L2', 'L3', 'L4', 'L8']) expect(text).toContain(`${id} passed: `);
    expect(text).toContain('To check by hand: is each of ');
  }
}

/** What every study on prices without a signal must say, and must not. */
async function expectNoGain(ref: ExperimentRef): Promise<void> {
  for (const text of await reportsOf(ref)) {
    expect(text).toMatch(/1 Verdict[\s*]+(Not distinguishable from|Worse than) repeating the last price\./);
    expect(text).not.toContain('Possible leak');
  }
}

describe('a planted signal (AR(1) returns, phi 0.5)', () => {
  let ref: ExperimentRef;
  beforeAll(async () => {
    ref = await run('planted', csvOf(returnsOf(4000, 0.5, 5)), ['close']);
  });

  it('has no model and no test number before the test', async () => {
    const markdown = await exported(ref, 'markdown');
    expect(markdown).toContain('**Not tested yet: there is no verdict.**');
    expect(markdown).not.toContain('Clark-West:');
    await expect(
      session.handlers.export({ ...ref, format: 'tfjs', target: join(folder, 'none') }),
    ).rejects.toMatchObject({ code: 'badInput' });
    // A report about a trial that was not tested would say "sealed" of a range that another trial may have opened.
    await expect(
      session.handlers.export({ ...ref, format: 'html', target: join(folder, 'none.html'), number: 1 }),
    ).rejects.toMatchObject({ code: 'badInput' });
    const twice = { ...ref, number: 1 };
    await expect(session.handlers.compare({ trials: [twice, twice] })).rejects.toMatchObject({
      code: 'badInput',
    });
  });

  it('is found, reported as better, and called suspicious with what the checks for leaks said', async () => {
    const result = await session.handlers.test(ref);
    expect(result.u2).toBeGreaterThan(0.84);
    expect(result.u2).toBeLessThan(0.92);
    for (const text of await reportsOf(ref)) {
      expect(text).toMatch(/1 Verdict[\s*]+Better than repeating the last price\./);
      expect(text).toMatch(/Looks at this test range:? 1 look/);
    }
    await expectLeakWarning(ref);
  });

  it('showing the result again is no look; testing again is one, and the report tells', async () => {
    await session.handlers.test(ref);
    await session.handlers.testResult(ref);
    expect(await exported(ref, 'markdown')).toContain('Looks at this test range: 1 look\n');
    await session.handlers.test({ ...ref, again: true });
    expect(await exported(ref, 'markdown')).toContain('This test range has been opened 2 times');
    const { experiment } = await session.handlers.open(ref);
    await session.handlers.close(ref);
    expect(experiment.looks).toHaveLength(2);
  });

  it('is taken away as a model that gives the same forecast by every way', async () => {
    const number = (await session.handlers.testResult(ref))!.trial;
    const csv = join(folder, 'planted.csv');
    const bundle = join(ref.store, ref.id, 'final', String(number).padStart(5, '0'));
    const { steps } = await session.handlers.predict({ model: bundle, data: csv });
    const target = join(folder, 'snippet');
    await session.handlers.export({ ...ref, format: 'snippet', target });
    const text = execFileSync(process.execPath, [join(target, 'forecast.ts'), csv], { encoding: 'utf8' });
    expectClose(printedPrices(text), [steps[0].price], 1e-8);
    expect((await session.handlers.predict({ model: target, data: csv })).steps).toEqual(steps);
    await expect(session.handlers.predict({ model: bundle, data: sp500Path })).resolves.toBeDefined();
    await writeFile(join(folder, 'other.csv'), 'date,open\n2020-01-01,1\n2020-01-02,2\n');
    await expect(
      session.handlers.predict({ model: bundle, data: join(folder, 'other.csv') }),
    ).rejects.toMatchObject({ code: 'badInput' });
  });

  it('what TensorFlow.js reads predicts the stored test forecasts of the first refit seed', async () => {
    const result = (await session.handlers.testResult(ref))!;
    const target = join(folder, 'tfjs');
    await session.handlers.export({ ...ref, format: 'tfjs', target });
    const model = JSON.parse(await readFile(join(target, 'model.json'), 'utf8')) as {
      modelTopology: object;
      weightsManifest: [{ weights: tf.io.WeightsManifestEntry[] }];
    }; // what exportTfjs writes
    const { inputs, target: to } = JSON.parse(await readFile(join(target, 'preprocessing.json'), 'utf8')) as {
      inputs: { center: number; scale: number }[];
      target: { center: number; scale: number };
    }; // what preprocessingFile writes
    const bytes = await readFile(join(target, 'weights.bin'));
    const layers = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: model.modelTopology,
        weightSpecs: model.weightsManifest[0].weights,
        weightData: new Uint8Array(bytes).buffer,
      }),
    );
    const { last, forecast } = result.predictions;
    const origins = [10, 100, 300];
    // The last known prices of the test origins are the prices themselves: windows come from them.
    const windows = origins.map((i) =>
      Array.from({ length: 5 }, (_, k) => [
        (Math.log(last[i - 4 + k] / last[i - 5 + k]) - inputs[0].center) / inputs[0].scale,
      ]),
    );
    const out = await (layers.predict(tf.tensor3d(windows)) as tf.Tensor).data(); // one output
    const prices = origins.map((i, k) => last[i] * Math.exp(out[k] * to.scale + to.center));
    expectClose(
      prices,
      origins.map((i) => forecast[i]),
      1e-5,
    );
  });

  it('compares its trials, and its winner’s values make a study that is valid and has nothing left to search', async () => {
    const result = await session.handlers.compare({ trials: [0, 1].map((number) => ({ ...ref, number })) });
    expect(result.pairs[0].bySeed).toHaveLength(2);
    expect(result.trials[1].differs).toEqual(['units']);
    const text = await readFile(join(folder, 'planted.lstm.json'), 'utf8');
    const applied = await session.handlers.applyParams({ ...ref, number: 1, text });
    const { study, issues } = parseStudy(applied.text);
    expect(issues.filter((i) => i.severity === 'error')).toEqual([]);
    expect(searchSpaceOf(study!).parameters).toEqual([]);
  });

  it.each(['tfjs', 'keras', 'onnx', 'snippet'] as const)(
    'the %s export has its information sheet and its scaler beside the model',
    async (format) => {
      const target = join(folder, `with-sheet-${format}`);
      await session.handlers.export({ ...ref, format, target });
      const { trial, seeds } = (await session.handlers.testResult(ref))!;
      const { experiment } = await session.handlers.open(ref);
      await session.handlers.close(ref);
      const sheet = await readFile(join(target, 'model-sheet.md'), 'utf8');
      const weights = JSON.parse(
        await readFile(
          join(ref.store, ref.id, 'final', String(trial).padStart(5, '0'), 'model.json'),
          'utf8',
        ),
      ) as { weights: { sha256: string } }; // a model bundle
      for (const part of [
        experiment.dataHash,
        experiment.studyHash,
        experiment.resolved.variant.digest,
        weights.weights.sha256,
        `Refit seeds: ${seeds.map((s) => s.seed).join(', ')}`,
        'lstm-study run planted.lstm.json',
        `lstm-study test planted.lstm.json --trial ${trial}`,
        `node ${process.versions.node}`,
      ])
        expect(sheet).toContain(part);
      const scaler = format === 'snippet' ? 'model.json' : 'preprocessing.json';
      const { inputs, window } = JSON.parse(await readFile(join(target, scaler), 'utf8')) as {
        inputs: unknown[];
        window: unknown;
      }; // a model bundle, or its preprocessing
      expect(inputs).toEqual([expect.objectContaining({ center: expect.any(Number) as number })]);
      expect(window).toMatchObject({ lookback: 5 });
    },
  );

  it('its validation errors are taken apart: folds and steps as the trial was scored, every row once', async () => {
    const { trial } = await session.handlers.trial({ ...ref, number: 1 });
    const analysis = await session.handlers.analyse({ ...ref, what: { kind: 'forecastErrors', number: 1 } });
    if (analysis.kind !== 'forecastErrors' || !analysis.errors) throw new Error('no errors came back');
    const { byFold, byQuarter, byWeekday, byMove, rows } = analysis.errors;
    expect(byFold).toHaveLength(2);
    byFold.forEach((fold, i) => expect(fold.u2).toBeCloseTo(trial.folds[i].metrics!.u2, 5)); // predictions are kept as float32
    for (const parts of [byFold, byQuarter, byWeekday, byMove])
      expect(parts.reduce((sum, part) => sum + part.rows, 0)).toBe(rows);
    expect(byMove).toHaveLength(4);
    await expect(
      session.handlers.analyse({ ...ref, what: { kind: 'forecastErrors', number: 9 } }),
    ).rejects.toMatchObject({ code: 'badInput' });
  });

  it('validation stands beside test for every tested trial, in the order of validation; asking is no look', async () => {
    const { trial: first } = (await session.handlers.testResult(ref))!;
    const other = first === 0 ? 1 : 0;
    await session.handlers.test({ ...ref, number: other });
    const analysis = await session.handlers.analyse({ ...ref, what: { kind: 'testedTrials' } });
    if (analysis.kind !== 'testedTrials') throw new Error('another analysis came back');
    const { trials } = analysis;
    expect(trials.map((t) => t.number).toSorted()).toEqual([0, 1]);
    expect(trials[0].validation!).toBeLessThanOrEqual(trials[1].validation!);
    for (const { number, test, confirmed, validation } of trials) {
      expect(test).toBe((await session.handlers.testResult({ ...ref, number }))!.u2);
      expect(confirmed?.seeds).toBe(2);
      expect(validation).toBeCloseTo((await session.handlers.trial({ ...ref, number })).trial.value!, 12);
    }
    const { experiment } = await session.handlers.open(ref);
    await session.handlers.close(ref);
    expect(experiment.looks).toHaveLength(3);
  });

  it('its table, page and sheet are written', async () => {
    expect((await exported(ref, 'csv')).split('\r\n')).toHaveLength(4);
    expect(await exported(ref, 'html')).toMatch(/^<!doctype html>/);
    expect(await exported(ref, 'modelSheet')).toMatch(/Model weights \(SHA-256\): [0-9a-f]{64}/);
  });
});

it('an oracle (tomorrow’s return as a column) is reported as a possible leak; lagged to what is known it gains nothing', async () => {
  const returns = returnsOf(2000, 0, 6);
  const ref = await run('oracle', csvOf(returns), ['tomorrow']);
  const result = await session.handlers.test(ref);
  expect(result.u2).toBeLessThan(0.3);
  await expectLeakWarning(ref);

  const lagged = csvOf(returns).replaceAll(/^(\d.*),.*$/gm, '$1');
  const rows = lagged.trimEnd().split('\n');
  const known = rows.map((line, i) => (i === 0 ? line : `${line},${returns[i - 1]}`)).join('\n');
  const sound = await run('lagged', `${known}\n`, ['tomorrow']);
  expect((await session.handlers.test(sound)).u2).toBeGreaterThan(0.98);
  await expectNoGain(sound);
});

it('a centred mean among the columns, the leak of many tutorials, is reported as a possible leak', async () => {
  const rows = csvOf(returnsOf(2000, 0, 9))
    .trimEnd()
    .split('\n')
    .slice(1);
  const prices = rows.map((row) => Number(row.split(',')[1]));
  const centred = prices.map((price, t) => {
    const near = prices.slice(Math.max(0, t - 2), t + 3);
    return near.reduce((sum, p) => sum + p, 0) / near.length / price - 1;
  });
  const csv = rows.map((row, t) => `${row.split(',').slice(0, 2).join(',')},${centred[t]}`).join('\n');
  const ref = await run('centred', `date,close,centred\n${csv}\n`, ['centred', 'close']);
  expect((await session.handlers.test(ref)).u2).toBeLessThan(0.9);
  await expectLeakWarning(ref);
});

it('the S&P 500: the report says plainly that the LSTM does not beat repeating the last price', async () => {
  const ref = await run('sp500', await readFile(sp500Path, 'utf8'), ['close']);
  const { u2, verdict } = await session.handlers.test(ref);
  // Published for this range: log-return LSTMs .976 to .985 (20 epochs, 50 units), AR(1) .9813, all of it the crash of 2020.
  expect(u2).toBeGreaterThan(0.97);
  expect(u2).toBeLessThan(1.03);
  const markdown = await exported(ref, 'markdown');
  expect(markdown).toMatch(
    verdict === 'better'
      ? /\*\*Better than repeating the last price\.\*\*/
      : /\*\*(Not distinguishable from|Worse than) repeating the last price\.\*\*/,
  );
  expect(markdown).toContain('| Persistence (last price) | 36.18 | 19.94 | 1.0000 | 1.0000 | none |');
  expect(markdown).toMatch(/of persistence’s squared error lies in \d+ days, 2020-02-\d\d to 2020-04-\d\d/);
  expect(markdown).not.toContain('Possible leak');
});

it('random walks are reported as not beaten', async () => {
  const ref = await run('walk', csvOf(returnsOf(2000, 0, 7)), ['close']);
  await session.handlers.test(ref);
  await expectNoGain(ref);
});

it('three steps ahead: U2 by step, prices of each step, and the same model in the programs', async () => {
  const ref = await run('steps', csvOf(returnsOf(2000, 0.3, 8)), ['close'], { horizon: 3 });
  const result = await session.handlers.test(ref);
  expect(result.byStep).toHaveLength(3);
  const html = await exported(ref, 'html');
  expect(html).toContain('U2 by horizon step, test range');
  expect(html).not.toMatch(/NaN|Infinity|undefined/);
  const target = join(folder, 'steps-figures');
  const { files } = await session.handlers.export({ ...ref, format: 'figures', target });
  expect(files).toContain(join(target, 'u2-steps.svg'));
  const csv = join(folder, 'steps.csv');
  const program = join(folder, 'steps-snippet');
  await session.handlers.export({ ...ref, format: 'snippet', target: program });
  const { steps } = await session.handlers.predict({ model: program, data: csv });
  expect(steps).toHaveLength(3);
  const text = execFileSync(process.execPath, [join(program, 'forecast.ts'), csv], { encoding: 'utf8' });
  expectClose(
    printedPrices(text),
    steps.map((s) => s.price),
    1e-8,
  );
});
