// How well the model behind `trainer: auto` foretells which trainer is faster: both are timed at the model's own sizes and at others,
// each in a process of its own, by processor time.   node bench/tensorflow/auto.ts [--write]
// Needs TensorFlow where `npm test` put it (.cache/tensorflow) or LSTM_STUDY_TENSORFLOW.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  batchMs,
  measureSpeed,
  speedModel,
  timedFeatures,
  type BatchSize,
  type SpeedPoint,
} from '../../src/engine/trainers/auto.ts';
import { createTensorflowTrainer } from '../../src/engine/trainers/tensorflow/createTensorflowTrainer.ts';
import { createWasmTrainer } from '../../src/engine/trainers/wasm/createWasmTrainer.ts';
import { revectorizeFlag } from '../../src/engine/trainers/wasm/v8Flag.ts';
import { writeSection } from '../report.ts';
import { commandLine, geometricMean, startMachineLine, table } from '../table.ts';

interface Timed {
  readonly points: readonly SpeedPoint[];
  /** ms a batch of each of `sizes`. */
  readonly found: readonly number[];
}

const local = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const size = (
  units: number,
  layers: number,
  batchSize: number,
  rest: Partial<BatchSize> = {},
): BatchSize => ({
  ...{ units, layers, batchSize, lookback: 60, recurrentDropout: 0 },
  ...rest,
});
const masked = { recurrentDropout: 0.2 };
/** None is one that the model was measured at. */
const sizes: readonly BatchSize[] = [
  ...[
    size(16, 1, 32),
    size(50, 1, 32),
    size(50, 2, 64),
    size(64, 1, 64),
    size(100, 1, 32),
    size(100, 2, 128),
  ],
  ...[size(150, 1, 64), size(150, 3, 32), size(200, 1, 128), size(32, 1, 64, { lookback: 10 })],
  ...[size(50, 1, 32, masked), size(50, 2, 64, masked), size(100, 1, 128, masked), size(150, 1, 64, masked)],
];
const trainerNames = ['wasm', 'tensorflow'] as const;
type TrainerName = (typeof trainerNames)[number];

const asked = trainerNames.find((name) => name === process.argv[2]);
if (asked) process.send!(await timeAll(asked));
else await compare();

async function timeAll(name: TrainerName): Promise<Timed> {
  const v8Flag = name === 'wasm' ? await revectorizeFlag() : null;
  const trainer =
    name === 'wasm'
      ? await createWasmTrainer({
          kernelsFolder: local('../../dist/kernels'),
          build: v8Flag === null ? 'relaxed' : 'revec',
          v8Flag,
        })
      : createTensorflowTrainer({
          folder: process.env['LSTM_STUDY_TENSORFLOW'] ?? local('../../.cache/tensorflow'),
        });
  const processorMs = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const points = await measureSpeed(trainer, processorMs);
  const found: number[] = [];
  for (const one of sizes) found.push(await batchMs(trainer, one, processorMs));
  return { points, found };
}

async function timeInChild(name: TrainerName): Promise<Timed> {
  const child = fork(fileURLToPath(import.meta.url), [name], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [timed] = (await once(child, 'message')) as [Timed]; // our own child
  child.kill();
  return timed;
}

async function compare(): Promise<void> {
  const machineLine = startMachineLine(', one used');
  const wasm = await timeInChild('wasm');
  const tensorflow = await timeInChild('tensorflow');
  const models = { wasm: speedModel(wasm.points), tensorflow: speedModel(tensorflow.points) };
  const rows = sizes.map((one, i) => {
    const measured = tensorflow.found[i] / wasm.found[i];
    const foretold = models.tensorflow(one, timedFeatures) / models.wasm(one, timedFeatures);
    return { one, measured, foretold };
  });
  const wrong = rows.filter(({ measured, foretold }) => measured < 1 !== foretold < 1);
  const off = rows.map(({ measured, foretold }) => Math.exp(Math.abs(Math.log(foretold / measured))));
  const report = [
    'Time of a training batch of the TensorFlow trainer over that of the embedded one (lookback 60 unless given, 5 inputs), measured and as the model',
    `of \`trainer: auto\` foretells it from 8 other sizes. Typical error of the ratio: a factor of ${geometricMean(off).toFixed(2)}, largest ${Math.max(...off).toFixed(2)};`,
    `the faster one is named rightly at ${rows.length - wrong.length} of ${rows.length} sizes.`,
    '',
    machineLine(),
    commandLine('bench/tensorflow/auto.ts'),
    '',
    ...table(
      ['units/layers/batch', 'embedded ms', 'TensorFlow ms', 'ratio measured', 'ratio foretold'],
      rows.map(({ one, measured, foretold }, i) => [
        `${one.units}/${one.layers}/${one.batchSize}${one.lookback === 60 ? '' : `, lookback ${one.lookback}`}${one.recurrentDropout > 0 ? ', recurrent dropout' : ''}`,
        wasm.found[i].toFixed(2),
        tensorflow.found[i].toFixed(2),
        measured.toFixed(2),
        foretold.toFixed(2),
      ]),
    ),
  ].join('\n');
  console.log(report);
  if (process.argv.includes('--write')) writeSection('auto', report);
}
