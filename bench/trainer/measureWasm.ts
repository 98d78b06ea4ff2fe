// Measures one size of the embedded trainer, in a process of its own. Prints one JSON line.
//   node measureWasm.ts BUILD UNITS LAYERS BATCH DROPOUT SECONDS     times steps of Adam, windows laid out included
//   node measureWasm.ts BUILD UNITS LAYERS BATCH verify FILE         writes weights, batch, loss and gradients for the peer to check
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addressableBytes, createArena } from '../../src/engine/trainers/wasm/arena.ts';
import { tensorsOf } from '../../src/engine/trainers/wasm/fixedTraining.ts';
import { loadKernels } from '../../src/engine/trainers/wasm/kernels.ts';
import { createTrainSession, type TrainSession } from '../../src/engine/trainers/wasm/session.ts';
import { revectorizeFlag, setV8Flag } from '../../src/engine/trainers/wasm/v8Flag.ts';
import { buildNames, type BuildName } from '../../src/kernels/generate/build.ts';
import { lookback, makeProblem, type Problem, type Size } from './problem.ts';

const [buildName, units, layers, batch, mode, last] = process.argv.slice(2);
const build = buildNames.find((name) => name === buildName);
if (!build) throw new Error(`no build ${buildName}`);
const size = { units: Number(units), layers: Number(layers), batch: Number(batch) };
console.log(JSON.stringify(mode === 'verify' ? await dump(build, size, last) : await time(build, size)));

async function open(name: BuildName, { params, fold, weights }: Problem): Promise<TrainSession> {
  const flag = name === 'revec' ? await revectorizeFlag() : null;
  if (flag !== null) setV8Flag(flag);
  const kernelsFolder = fileURLToPath(new URL('../../dist/kernels', import.meta.url));
  const arena = createArena(await loadKernels(kernelsFolder, name), addressableBytes);
  const { features, horizon } = fold;
  const session = createTrainSession(
    arena,
    { build: name, ...params, features, horizon },
    { params, dropoutSeed: 1 },
  );
  session.setWeights(weights);
  return session;
}

async function time(name: BuildName, of: Size): Promise<{ min: number; median: number; steps: number }> {
  const seconds = Number(last);
  const problem = makeProblem(of, Number(mode));
  const session = await open(name, problem);
  const range = { origins: problem.fold.trainOrigins, first: 0, count: of.batch };
  const step = (): number => {
    const start = performance.now();
    session.gradients(problem.fold, range);
    session.update();
    return performance.now() - start;
  };
  const warmUpEnd = performance.now() + seconds * 300;
  for (let i = 0; i < 4 || performance.now() < warmUpEnd; i++) step();
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (times.length < 5 || performance.now() < end) times.push(step());
  times.sort((a, b) => a - b);
  return { min: times[0], median: times[times.length >> 1], steps: times.length };
}

/** Float32 file: weights layer by layer, head, inputs (batch, time, features), targets, mean loss, gradients. */
async function dump(name: BuildName, of: Size, file: string): Promise<{ file: string }> {
  const problem = makeProblem(of, 0);
  const session = await open(name, problem);
  const { fold } = problem;
  const range = { origins: fold.trainOrigins, first: 0, count: of.batch };
  const loss = session.gradients(fold, range) / of.batch;
  const windows = Array.from(fold.trainOrigins, (origin) =>
    fold.inputs.subarray((origin - lookback + 1) * fold.features, (origin + 1) * fold.features),
  );
  const parts = [
    ...tensorsOf(problem.weights),
    ...windows,
    Float32Array.from(fold.trainOrigins, (origin) => fold.targets[origin]),
    Float32Array.of(loss),
    ...tensorsOf(session.readGradients()),
  ];
  writeFileSync(file, Buffer.concat(parts.map((part) => Buffer.from(Float32Array.from(part).buffer))));
  return { file };
}
