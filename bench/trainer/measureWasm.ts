// One size of the embedded trainer, in a process of its own: verifies, then times. Prints one JSON line.
// node bench/trainer/measureWasm.ts BUILD UNITS LAYERS BATCH DROPOUT SECONDS
import { setFlagsFromString } from 'node:v8';
import { fileURLToPath } from 'node:url';
import { createArena } from '../../src/engine/trainers/wasm/arena.ts';
import { loadKernels } from '../../src/engine/trainers/wasm/kernels.ts';
import { createTrainSession } from '../../src/engine/trainers/wasm/session.ts';
import { initialWeights } from '../../src/engine/trainers/initialWeights.ts';
import type { FoldTensors } from '../../src/engine/trainers/trainer.ts';
import { buildNames } from '../../src/kernels/generate/build.ts';
import type { Params } from '../../src/model/hyperparameters.ts';

const build = buildNames.find((name) => name === process.argv[2])!;
const [units, layers, batchSize, dropout, seconds] = process.argv.slice(3).map(Number);
if (build === 'revec') setFlagsFromString('--experimental-wasm-revectorize');

const features = 5;
const lookback = 60;
const params: Params = {
  lookback,
  units,
  layers,
  dropout,
  recurrentDropout: 0,
  learningRate: 0.001,
  batchSize,
  epochs: 1,
  optimizer: 'adam',
  momentum: 0,
  weightDecay: 0,
  clipNorm: 0,
  loss: 'mse',
};
const rows = lookback + batchSize;
const fold: FoldTensors = {
  inputs: Float32Array.from({ length: rows * features }, (_, i) => Math.sin(i * 1.7)),
  rows,
  features,
  relative: new Uint8Array(features),
  targets: Float32Array.from({ length: rows }, (_, i) => Math.cos(i)),
  horizon: 1,
  trainOrigins: Int32Array.from({ length: batchSize }, (_, i) => lookback - 1 + i),
  validationOrigins: new Int32Array(0),
};
const kernelsFolder = fileURLToPath(new URL('../../dist/kernels', import.meta.url));
const arena = createArena(await loadKernels(kernelsFolder, build), 2 ** 32);
const session = createTrainSession(
  arena,
  { build, ...params, features, horizon: 1 },
  { params, dropoutSeed: 1 },
);
session.setWeights(initialWeights({ features, units, layers, horizon: 1 }, 1));

const range = { origins: fold.trainOrigins, first: 0, count: batchSize };
let loss = 0;
function step(): number {
  const start = performance.now();
  loss = session.gradients(fold, range);
  session.update();
  return performance.now() - start;
}
const warmUpEnd = performance.now() + seconds * 300;
for (let i = 0; i < 20 || performance.now() < warmUpEnd; i++) step();
const times: number[] = [];
const end = performance.now() + seconds * 1000;
while (times.length < 5 || performance.now() < end) times.push(step());
times.sort((a, b) => a - b);
console.log(JSON.stringify({ min: times[0], median: times[times.length >> 1], steps: times.length, loss }));
