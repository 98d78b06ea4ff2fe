// The TensorFlow trainer's table: against PyTorch at the 27 usual sizes, and against tfjs' own layers, one core, verified first.
//   npm run bench:setup, then   node bench/tensorflow/run.ts [--repeats=2] [--seconds=1] [--cpu=1] [--sizes=50/1/32,...] [--write]
// Each size is measured in turns (PyTorch, TensorFlow, and again), the shortest step of each counts. --write puts the table into
// docs/performance.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installTensorflow } from '../../src/engine/trainers/tensorflow/install.ts';
import { findPeersPython } from '../peersPython.ts';
import { writeSection } from '../report.ts';
import { commandLine, ratioHeader, ratioRow, startMachineLine, table } from '../table.ts';
import { startPeer, type Peer } from '../trainer/peer.ts';
import { features, lookback, sizes, type Size } from '../trainer/problem.ts';

type Contender = 'torch' | 'tensorflow';
type Times = Record<Contender, number>;
type Row = Size & { readonly ms: Times; readonly median: Times; readonly cpu: Times };

/** Ratio to PyTorch: the largest at sizes of these units, and the geometric mean. */
const bars = [
  { name: 'units >= 100', holds: ({ units }: Size) => units >= 100, each: 1.25, mean: 1 },
  { name: 'units 50', holds: ({ units }: Size) => units < 100, each: 1.8, mean: Infinity },
];
const layersBar = { size: { units: 50, layers: 1, batch: 32 }, times: 15 };
const gradientTolerance = 1.5e-5;
const dropout = 0.2;

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '1' },
    cpu: { type: 'string', default: '1' },
    sizes: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const nameOf = ({ units, layers, batch }: Size): string => `${units}/${layers}/${batch}`;
const chosen = values.sizes ? sizes.filter((size) => values.sizes!.split(',').includes(nameOf(size))) : sizes;
const seconds = Number(values.seconds);
const machineLine = startMachineLine(', one used');

const cache = process.env['LSTM_STUDY_CACHE'] ?? fileURLToPath(new URL('../../.cache', import.meta.url));
const folder = join(cache, 'tensorflow');
await installTensorflow({ folder, source: 'wheel' });
const pin = process.platform === 'linux' ? ['taskset', '-c', values.cpu] : [];
const local = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const torch = await startPeer([...pin, await findPeersPython(), local('../trainer/peer_torch.py')]);
const tensorflow = await startPeer([...pin, process.execPath, local('peerTensorflow.ts'), folder]);
const scratch = mkdtempSync(join(tmpdir(), 'bench-tensorflow-'));
try {
  const worst = await verify();
  const rows: Row[] = [];
  for (const size of chosen) {
    const row = await measure(size);
    rows.push(row);
    console.log(cellsOf(row).join('  '));
  }
  const report = render(rows, worst, await compareLayers());
  console.log(`\n${report}`);
  if (values.write) writeSection('tensorflow', report);
} finally {
  torch.stop();
  tensorflow.stop();
  rmSync(scratch, { recursive: true });
}

/** Gradients and loss of every size against PyTorch's in double; the worst, or an error. */
async function verify(): Promise<number> {
  let worst = 0;
  const file = join(scratch, 'gradients.f32');
  for (const size of chosen) {
    await tensorflow.ask({ task: 'verify', ...size, file });
    const { gradients, loss } = await torch.ask({ task: 'verify', ...size, file });
    worst = Math.max(worst, gradients, loss);
    if (!(gradients < gradientTolerance) || !(loss < gradientTolerance))
      throw new Error(`${nameOf(size)}: gradients are off by ${gradients}, the loss by ${loss}`);
  }
  console.log(`verified ${chosen.length} sizes: worst relative error ${worst.toExponential(1)}`);
  return worst;
}

async function measure(size: Size): Promise<Row> {
  const ms: Times = { torch: Infinity, tensorflow: Infinity };
  const median = { ...ms };
  const cpu = { ...ms };
  const peers: readonly (readonly [Contender, Peer])[] = [
    ['torch', torch],
    ['tensorflow', tensorflow],
  ];
  for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
    for (const [name, peer] of peers) {
      const found = await peer.ask({ task: 'time', ...size, dropout, seconds });
      ms[name] = Math.min(ms[name], found['min']);
      median[name] = Math.min(median[name], found['median']);
      cpu[name] = Math.min(cpu[name], found['cpu']);
    }
  }
  return { ...size, ms, median, cpu };
}

/** How many times faster than tfjs' own layers, in turns. */
async function compareLayers(): Promise<{ readonly layers: number; readonly fused: number }> {
  let [layers, fused] = [Infinity, Infinity];
  for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
    const request = { ...layersBar.size, dropout, seconds: Math.max(2, seconds) };
    layers = Math.min(layers, (await tensorflow.ask({ task: 'layers', ...request }))['min']);
    fused = Math.min(fused, (await tensorflow.ask({ task: 'time', ...request }))['min']);
  }
  return { layers, fused };
}

function cellsOf({ ms, median, cpu, ...size }: Row): string[] {
  const cells = [ms.torch.toFixed(2), ms.tensorflow.toFixed(2)];
  const ratios = [ms, median, cpu].map((times) => (times.tensorflow / times.torch).toFixed(2));
  return [nameOf(size), ...cells, ...ratios];
}

function render(
  rows: readonly Row[],
  worst: number,
  { layers, fused }: { readonly layers: number; readonly fused: number },
): string {
  const summary = bars.flatMap(({ name, holds, each, mean: meanBar }) =>
    (['ms', 'cpu'] as const).flatMap((kind) => {
      const ratios = rows.filter(holds).map((row) => row[kind].tensorflow / row[kind].torch);
      if (ratios.length === 0) return [];
      const what = kind === 'ms' ? 'shortest step' : 'processor time, median step';
      return [ratioRow(`${name}, ${what}`, ratios, { each, mean: meanBar })];
    }),
  );
  const faster = layers / fused;
  return [
    `One training step (forward, backward, Adam) of LSTM layers with a linear head: ${lookback} steps, ${features} features, dropout ${dropout}`,
    'between the layers and after the last, float32, one core and one thread each, everything from windows to updated weights. Shortest',
    `step over ${values.repeats} turns of ${values.seconds} s; a ratio below 1 is faster than PyTorch. Processor time is what the`,
    'process itself took of a core, which a busy machine lengthens less. Before timing, gradients and loss of every size',
    `were compared with PyTorch in double precision: worst relative error ${worst.toExponential(1)}.`,
    '',
    machineLine(),
    `- Versions: Node ${process.versions.node}, tfjs-node ${tensorflow.greeting['tfjs']} on libtensorflow ${tensorflow.greeting['libtensorflow']}, PyTorch ${torch.greeting['torch']}, Python ${torch.greeting['python']}`,
    commandLine('bench/tensorflow/run.ts'),
    `- tfjs-node's own layers at ${nameOf(layersBar.size)}: ${layers.toFixed(1)} ms, this trainer ${fused.toFixed(2)} ms: ${faster.toFixed(0)} times faster (bar ${layersBar.times}: ${faster >= layersBar.times ? 'met' : '**not met**'})`,
    '',
    ...table(ratioHeader, summary),
    '',
    ...table(
      ['units/layers/batch', 'PyTorch ms', 'TensorFlow ms', 'ratio', 'of medians', 'of processor time'],
      rows.map(cellsOf),
    ),
  ].join('\n');
}
