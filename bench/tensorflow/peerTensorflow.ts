// The TensorFlow trainer's side of bench/tensorflow: reads one JSON request a line, answers with one JSON line. One thread.
//   {"task": "time", "units": 50, "layers": 1, "batch": 32, "dropout": 0.2, "seconds": 1}     a step of Adam, windows laid out included
//   {"task": "layers", ...}                                                                   the same by tfjs' own layers
//   {"task": "verify", "units": 50, "layers": 1, "batch": 32, "file": "..."}                  writes weights, batch, loss and gradients
// node peerTensorflow.ts FOLDER
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Tensor } from '@tensorflow/tfjs';
import { loadTensorflow } from '../../src/engine/trainers/tensorflow/loadTensorflow.ts';
import { createSession, type Session } from '../../src/engine/trainers/tensorflow/session.ts';
import { tensorsOf } from '../../src/engine/trainers/wasm/fixedTraining.ts';
import { lookback, makeProblem, type Problem, type Size } from '../trainer/problem.ts';

interface Request extends Size {
  readonly task: 'time' | 'layers' | 'verify';
  readonly dropout: number;
  readonly seconds: number;
  readonly file: string;
}

const tensorflow = loadTensorflow(process.argv[2]);
const { tf } = tensorflow;

function open({ params, fold, weights }: Problem): Session {
  const { features, horizon } = fold;
  const sizes = { features, horizon, units: params.units, layers: params.layers };
  const session = createSession(tensorflow, { sizes, params, dropoutSeed: 1 });
  session.setWeights(weights);
  return session;
}

interface Timing {
  /** ms of the shortest step and of the median one. */
  readonly min: number;
  readonly median: number;
  /** Median of the processor's time of this process, which other processes on the core do not lengthen. */
  readonly cpu: number;
  readonly steps: number;
}

function timed(step: () => void, seconds: number): Timing {
  const run = (): { readonly wall: number; readonly cpu: number } => {
    const start = performance.now();
    const cpuStart = process.cpuUsage();
    step();
    const { user, system } = process.cpuUsage(cpuStart);
    return { wall: performance.now() - start, cpu: (user + system) / 1000 };
  };
  const warmUpEnd = performance.now() + seconds * 300;
  for (let i = 0; i < 3 || performance.now() < warmUpEnd; i++) run();
  const times: { readonly wall: number; readonly cpu: number }[] = [];
  const end = performance.now() + seconds * 1000;
  while (times.length < 5 || performance.now() < end) times.push(run());
  const walls = times.map(({ wall }) => wall).sort((a, b) => a - b);
  const cpus = times.map(({ cpu }) => cpu).sort((a, b) => a - b);
  const middle = times.length >> 1;
  return { min: walls[0], median: walls[middle], cpu: cpus[middle], steps: times.length };
}

function time(request: Request): object {
  const problem = makeProblem(request, request.dropout);
  const session = open(problem);
  const range = { origins: problem.fold.trainOrigins, first: 0, count: request.batch };
  const found = timed(() => {
    session.gradients(problem.fold, range);
    session.update();
  }, request.seconds);
  session.dispose();
  return found;
}

/** The model as tfjs' own layers make it, trained by its own optimizer. */
function timeLayers({ units, layers, batch, dropout, seconds }: Request): object {
  const problem = makeProblem({ units, layers, batch }, dropout);
  const { features } = problem.fold;
  const model = tf.sequential();
  for (let l = 0; l < layers; l++) {
    const inputShape = l === 0 ? { inputShape: [lookback, features] } : {};
    model.add(
      tf.layers.lstm({
        ...inputShape,
        ...{ units, recurrentActivation: 'sigmoid', returnSequences: l < layers - 1 },
      }),
    );
    model.add(tf.layers.dropout({ rate: dropout }));
  }
  model.add(tf.layers.dense({ units: 1 }));
  const optimizer = tf.train.adam(0.001);
  const x = tf.randomUniform([batch, lookback, features]);
  const y = tf.randomUniform([batch, 1]);
  const found = timed(() => {
    const loss = optimizer.minimize(
      () => tf.losses.meanSquaredError(y, model.apply(x, { training: true }) as Tensor), // one output
      true,
    );
    loss?.dataSync();
    loss?.dispose();
  }, seconds);
  tf.dispose([x, y]);
  model.dispose();
  optimizer.dispose();
  return found;
}

/** Float32 file: weights layer by layer, head, inputs (batch, time, features), targets, mean loss, gradients. */
function dump(request: Request): object {
  const problem = makeProblem(request, 0);
  const session = open(problem);
  const { fold } = problem;
  const loss =
    session.gradients(fold, { origins: fold.trainOrigins, first: 0, count: request.batch }) / request.batch;
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
  session.dispose();
  writeFileSync(
    request.file,
    Buffer.concat(parts.map((part) => Buffer.from(Float32Array.from(part).buffer))),
  );
  return {};
}

const tasks = { time, layers: timeLayers, verify: dump };
console.log(JSON.stringify({ tfjs: tf.version['tfjs'], libtensorflow: tensorflow.version }));
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request; // our own line
  console.log(JSON.stringify(tasks[request.task](request)));
}
