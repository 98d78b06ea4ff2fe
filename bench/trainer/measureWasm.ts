// Measures one size of the embedded trainer, in a process of its own. Prints one JSON line.
//   node measureWasm.ts BUILD UNITS LAYERS BATCH DROPOUT SECONDS     times steps of Adam, windows laid out included
//   node measureWasm.ts all UNITS LAYERS BATCH verify FOLDER         writes weights, batch, loss and gradients of each build for the peer
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressableBytes, createArena } from '../../src/engine/trainers/wasm/arena.ts';
import { tensorsOf } from '../../src/engine/trainers/wasm/fixedTraining.ts';
import { loadKernels } from '../../src/engine/trainers/wasm/kernels.ts';
import { createTrainSession, type TrainSession } from '../../src/engine/trainers/wasm/session.ts';
import { revectorizeFlag, setV8Flag } from '../../src/engine/trainers/wasm/v8Flag.ts';
import { buildNames, type BuildName } from '../../src/kernels/generate/build.ts';
import { lookback, makeProblem, type Problem, type Size } from './problem.ts';

const [buildName, units, layers, batch, mode, last] = process.argv.slice(2);
const size = { units: Number(units), layers: Number(layers), batch: Number(batch) };
if (mode === 'verify') {
  const files: string[] = [];
  for (const build of buildNames) files.push(await dump(build, size, join(last, `${build}.f32`)));
  console.log(JSON.stringify({ files }));
} else {
  const build = buildNames.find((name) => name === buildName);
  if (!build) throw new Error(`no build ${buildName}`);
  console.log(JSON.stringify(await time(build, size)));
}

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

type Clock = 'wall' | 'processor';

async function time(name: BuildName, of: Size): Promise<Record<string, number>> {
  const seconds = Number(last);
  const problem = makeProblem(of, Number(mode));
  const session = await open(name, problem);
  const range = { origins: problem.fold.trainOrigins, first: 0, count: of.batch };
  const step = (): Record<Clock, number> => {
    const wall = performance.now();
    const processor = processorMs();
    session.gradients(problem.fold, range);
    session.update();
    return { processor: processorMs() - processor, wall: performance.now() - wall };
  };
  const warmUpEnd = performance.now() + seconds * 300;
  for (let i = 0; i < 4 || performance.now() < warmUpEnd; i++) step();
  const times: Record<Clock, number>[] = [];
  const end = performance.now() + seconds * 1000;
  while (times.length < 5 || performance.now() < end) times.push(step());
  const sorted = (clock: Clock): number[] => times.map((one) => one[clock]).sort((x, y) => x - y);
  const [wall, processor] = [sorted('wall'), sorted('processor')];
  const middle = times.length >> 1;
  return { min: wall[0], median: wall[middle], cpuMin: processor[0], cpu: processor[middle] };
}

/** Processor time of this process; one thread of it works. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Float32 file: weights layer by layer, head, inputs (batch, time, features), targets, mean loss, gradients. */
async function dump(name: BuildName, of: Size, file: string): Promise<string> {
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
  return file;
}
