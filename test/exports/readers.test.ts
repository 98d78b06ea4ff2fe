import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { bytesOf, type ExportFile } from '../../src/engine/exporters/exportFile.ts';
import { bundleFiles, parseModelBundle } from '../../src/engine/exporters/modelBundle.ts';
import { exportOnnx } from '../../src/engine/exporters/onnx.ts';
import { exportSnippets } from '../../src/engine/exporters/snippets.ts';
import { exportTfjs } from '../../src/engine/exporters/tfjs.ts';
import { lstmForward } from '../../src/engine/predict/lstmForward.ts';
import { expectClose, expectedPrices, modelCases, printedPrices, unfitFiles } from './cases.ts';
import { indicatorCase, inputCases } from './indicatorCases.ts';
import { bundleOf, randomWindows, sp500Path } from './fixtures.ts';
import { scratchFolder, tolerance } from './scratch.ts';

const scratch = scratchFolder('run');

const find = (files: readonly ExportFile[], name: string): Uint8Array =>
  bytesOf(files.find((file) => file.name === name)!);
const jsonOf = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

describe.each(modelCases)('$title', (options) => {
  const bundle = bundleOf(options);
  const windows = randomWindows(bundle, 3);
  const expected = windows.map((window) => lstmForward(bundle.weights, window));
  const { lookback } = bundle.document.window;
  const { features, horizon } = bundle.weights;

  it('comes back from its two files unchanged', () => {
    const [json, bin] = bundleFiles(bundle);
    const back = parseModelBundle(new TextDecoder().decode(bytesOf(json)), bytesOf(bin));
    expect(back).toEqual(bundle);
  });

  it('is read by TensorFlow.js', async () => {
    const files = exportTfjs(bundle);
    const model = jsonOf(find(files, 'model.json')) as {
      modelTopology: object;
      weightsManifest: [{ weights: tf.io.WeightsManifestEntry[] }];
    }; // what exportTfjs writes
    const layers = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: model.modelTopology,
        weightSpecs: model.weightsManifest[0].weights,
        weightData: find(files, 'weights.bin').slice().buffer,
      }),
    );
    const input = tf.tensor(Float32Array.from(windows.flatMap((w) => [...w])), [3, lookback, features]);
    const output = layers.predict(input) as tf.Tensor; // one output
    expect(output.shape).toEqual([3, horizon]);
    expectClose(
      await output.data(),
      expected.flatMap((e) => [...e]),
      tolerance,
    );
  });

  it('is read by ONNX Runtime', async () => {
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = 'error';
    const session = await ort.InferenceSession.create(find(exportOnnx(bundle), 'model.onnx'));
    const input = Float32Array.from(windows.flatMap((w) => [...w]));
    const result = await session.run({ window: new ort.Tensor('float32', input, [3, lookback, features]) });
    expect(result.forecast.dims).toEqual([3, horizon]);
    expectClose(
      result.forecast.data as Float32Array,
      expected.flatMap((e) => [...e]),
      tolerance,
    );
  });

  it('forecasts the next prices from a file, by both TypeScript programs', () => {
    const wanted = expectedPrices(options);
    for (const [name, files] of [
      ['plain', exportSnippets(bundle)],
      ['tfjs', exportTfjs(bundle)],
    ] as const) {
      const folder = scratch.write(`${options.title} ${name}`, files);
      const text = execFileSync(process.execPath, [join(folder, 'forecast.ts'), sp500Path], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expectClose(printedPrices(text), wanted, tolerance);
    }
  });
});

it('shows that a wrong gate order would be seen', () => {
  const bundle = bundleOf(modelCases[0]);
  const { units } = bundle.weights;
  const swapped = bundle.weights.layers[0].bias.slice();
  swapped.set(bundle.weights.layers[0].bias.subarray(2 * units, 3 * units), 3 * units);
  swapped.set(bundle.weights.layers[0].bias.subarray(3 * units), 2 * units);
  const broken = { ...bundle.weights, layers: [{ ...bundle.weights.layers[0], bias: swapped }] };
  const [window] = randomWindows(bundle, 1);
  expect(Math.abs(lstmForward(broken, window)[0] - lstmForward(bundle.weights, window)[0])).toBeGreaterThan(
    1e-3,
  );
});

it.each(inputCases(scratch.path))(
  'the TypeScript program makes its inputs as the engine does: %s',
  async (name, make) => {
    const { bundle, csv, prices } = await make();
    const folder = scratch.write(name, exportSnippets(bundle));
    const text = execFileSync(process.execPath, [join(folder, 'forecast.ts'), csv], { encoding: 'utf8' });
    expectClose(printedPrices(text), prices, 1e-8);
  },
);

it('broken twin: an indicator with another period would be seen', async () => {
  const { bundle, csv, prices } = await indicatorCase();
  const inputs = bundle.document.inputs.map((input) =>
    input.source.kind === 'indicator'
      ? { ...input, source: { ...input.source, period: input.source.period + 1 } }
      : input,
  );
  const folder = scratch.write(
    'twin',
    exportSnippets({ ...bundle, document: { ...bundle.document, inputs } }),
  );
  const text = execFileSync(process.execPath, [join(folder, 'forecast.ts'), csv], { encoding: 'utf8' });
  expect(Math.abs(printedPrices(text)[0] / prices[0] - 1)).toBeGreaterThan(1e-6);
});

it.each(unfitFiles)('forecast.ts refuses $what', ({ model, text, says }) => {
  const folder = scratch.write('refusal', exportSnippets(bundleOf(modelCases[model])));
  const csv = join(folder, 'prices.csv');
  rmSync(csv, { force: true });
  if (text !== null) writeFileSync(csv, text);
  const run = () =>
    execFileSync(process.execPath, [join(folder, 'forecast.ts'), csv], { encoding: 'utf8', stdio: 'pipe' });
  expect(run).toThrow(
    expect.objectContaining({ status: 2, message: expect.stringContaining(says) as string }),
  );
});

it('keeps the text of the programs free of what users wrote', () => {
  const nasty = '"""\nimport os; os.system("x")\n`${process.exit()}`';
  const bundle = bundleOf({
    ...modelCases[0],
    study: { data: { file: 'x.csv', features: [{ column: nasty, transform: 'none' }] } },
    inputs: [nasty],
  });
  for (const file of [...exportSnippets(bundle), ...exportTfjs(bundle), ...exportOnnx(bundle)])
    if (/\.(ts|py)$/.test(file.name))
      expect(new TextDecoder().decode(bytesOf(file))).not.toContain('os.system');
});
