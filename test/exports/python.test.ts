import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportKeras } from '../../src/engine/exporters/keras.ts';
import { exportOnnx } from '../../src/engine/exporters/onnx.ts';
import { exportOptuna } from '../../src/engine/exporters/optunaJournal.ts';
import { exportSnippets } from '../../src/engine/exporters/snippets.ts';
import { lstmForward } from '../../src/engine/predict/lstmForward.ts';
import type { Trial } from '../../src/model/trial.ts';
import { expectClose, expectedPrices, modelCases, printedPrices, unfitFiles } from './cases.ts';
import { inputCases } from './indicatorCases.ts';
import { bundleOf, experimentOf, randomWindows, sp500Path, trialOf } from './fixtures.ts';
import { preparePython, runPython } from './python.ts';
import { scratchFolder, tolerance } from './scratch.ts';

const python = await preparePython();
if (python.kind === 'absent')
  console.warn(`Not run: exports read by Keras, ONNX Runtime for Python and Optuna (${python.why}).`);
const interpreter = python.kind === 'ready' ? python.path : '';

const scratch = scratchFolder('python');

describe.runIf(python.kind === 'ready')('read in Python', { timeout: 900_000 }, () => {
  describe('Keras builds it, saves model.keras and gives the same outputs after loading that', () => {
    const exported = modelCases.map((options) => {
      const bundle = bundleOf(options);
      const windows = randomWindows(bundle, 3);
      const { features } = bundle.weights;
      const nested = windows.map((w) =>
        Array.from({ length: w.length / features }, (_, t) => [...w.slice(t * features, (t + 1) * features)]),
      );
      const files = [...exportKeras(bundle), { name: 'windows.json', text: JSON.stringify(nested) }];
      return { options, bundle, windows, files };
    });

    it('all models, in one process of Keras', () => {
      const folders = exported.map(({ options, files }) => scratch.write(`${options.title} keras`, files));
      const check = join(import.meta.dirname, 'python/check_keras.py');
      const printed = runPython(interpreter, [check, sp500Path, ...folders]);
      const answers = JSON.parse(printed) as { outputs: number[][]; forecast: string }[]; // printed by check_keras.py
      expect(answers).toHaveLength(modelCases.length);
      exported.forEach(({ options, bundle, windows }, m) => {
        const { outputs, forecast } = answers[m];
        expect(outputs).toHaveLength(windows.length);
        outputs.forEach((output, i) =>
          expectClose(output, lstmForward(bundle.weights, windows[i]), tolerance),
        );
        expectClose(printedPrices(forecast), expectedPrices(options), tolerance);
      });
    });

    it('one, by the two commands that a user gives', () => {
      const [{ options, files }] = exported;
      const folder = scratch.write(`${options.title} keras commands`, files);
      runPython(interpreter, [join(folder, 'build_model.py')]);
      const forecast = runPython(interpreter, [join(folder, 'forecast.py'), sp500Path]);
      expectClose(printedPrices(forecast), expectedPrices(options), tolerance);
    });
  });

  describe.each(modelCases)('$title', (options) => {
    const bundle = bundleOf(options);

    it('forecast.py prints the next prices, with NumPy and with ONNX Runtime', () => {
      for (const [name, files] of [
        ['numpy', exportSnippets(bundle)],
        ['onnx', exportOnnx(bundle)],
      ] as const) {
        const folder = scratch.write(`${options.title} ${name}`, files);
        const text = runPython(interpreter, [join(folder, 'forecast.py'), sp500Path]);
        expectClose(printedPrices(text), expectedPrices(options), tolerance);
      }
    });
  });

  it.each(inputCases(scratch.path))(
    'forecast.py makes its inputs as the engine does: %s',
    async (name, make) => {
      const { bundle, csv, prices } = await make();
      const folder = scratch.write(name, exportSnippets(bundle));
      const text = runPython(interpreter, [join(folder, 'forecast.py'), csv]);
      expectClose(printedPrices(text), prices, 1e-8);
    },
  );

  it.each(unfitFiles)('forecast.py refuses $what', ({ model, text, says }) => {
    const folder = scratch.write('refusal', exportSnippets(bundleOf(modelCases[model])));
    const csv = join(folder, 'prices.csv');
    rmSync(csv, { force: true });
    if (text !== null) writeFileSync(csv, text);
    expect(() => runPython(interpreter, [join(folder, 'forecast.py'), csv])).toThrow(
      expect.objectContaining({ status: 2, message: expect.stringContaining(says) as string }),
    );
  });

  it('Optuna and its dashboard open the journal, and Optuna goes on with it', () => {
    const experiment = experimentOf({
      study: {
        search: { when: { momentum: { optimizer: 'sgd' } } },
        hyperparameters: { momentum: { float: [0, 0.9] }, lookback: { int: [20, 60], step: 20 } },
      },
    });
    const failed: Trial = {
      ...trialOf(2, [1]),
      state: 'failed',
      value: null,
      folds: [],
      error: { code: 'diverged', message: 'loss is not finite' },
    };
    const pruned: Trial = { ...trialOf(3, [1.01, 1.02]), state: 'pruned', value: null };
    const trials = [
      trialOf(0, [0.99, 1, 1.01, 1], { dropout: 0.3, optimizer: 'sgd', momentum: 0.5, units: 100 }),
      trialOf(1, [0.99, 0.98, 1, 1], { dropout: 0.2, learningRate: 0.0123, units: 75 }), // 75: from before an amendment
      failed,
      pruned,
    ].map((trial) => ({
      ...trial,
      params: { ...trial.params, dropout: Math.max(0.2, trial.params.dropout) },
    }));
    const folder = scratch.write('optuna', [
      exportOptuna({ experiment, trials, confirmations: [], annotations: null }),
    ]);
    const read: unknown = JSON.parse(
      runPython(interpreter, [
        join(import.meta.dirname, 'python/check_optuna.py'),
        join(folder, 'optuna.log'),
      ]),
    );
    expect(read).toMatchObject({
      direction: 'MINIMIZE',
      best: 1,
      after: 5,
      userAttributes: { experiment: experiment.id, objective: 'u2', constants: { clipNorm: 0 } },
      dashboard: { status: ['200 OK', '200 OK'], studies: 1, trials: 4 },
      trials: [
        {
          number: 0,
          state: 'COMPLETE',
          value: trials[0].value,
          contained: true,
          steps: 40,
          seconds: 62.5,
          params: { units: 100, optimizer: 'sgd', momentum: 0.5, dropout: 0.3, batchSize: 32 },
        },
        { state: 'COMPLETE', contained: true, params: { units: 75, learningRate: 0.0123 } },
        { state: 'FAIL', value: null, steps: 0, user: { error: { code: 'diverged' } } },
        {
          state: 'PRUNED',
          value: null,
          steps: 20,
          user: { number: 3, metrics: { relMae: expect.closeTo(1.0075) as number } },
        },
      ],
    });
  });
});
