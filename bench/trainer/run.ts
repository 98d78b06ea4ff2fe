// The trainer's table: every build against PyTorch at the 27 usual sizes, one core, verified first.
//   npm run bench:setup, then   node bench/trainer/run.ts [--repeats=2] [--seconds=1] [--cpu=1] [--clock=processor|wall] [--sizes=50/1/32,...] [--write]
// Each size is measured in turns (PyTorch, relaxed, revec, plain, and again), the shortest step of each counts. --write puts the
// table into docs/performance.md.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { buildNames } from '../../src/kernels/generate/build.ts';
import { findPeersPython } from '../peersPython.ts';
import { writeSection } from '../report.ts';
import { commandLine, ratioHeader, ratioRow, startMachineLine, table } from '../table.ts';
import { startPeer, type Peer } from './peer.ts';
import { features, lookback, sizes, type Size } from './problem.ts';

const builds = ['relaxed', 'revec', 'plain'] as const;
type Contender = 'torch' | (typeof builds)[number];
const contenders: readonly Contender[] = ['torch', ...builds];
type Row = Size & { readonly ms: Record<Contender, number>; readonly median: Record<Contender, number> };

/** Ratio to PyTorch: the largest at any size, and the geometric mean. */
const bars = {
  revec: { each: 0.8, mean: 0.57 },
  relaxed: { each: 1.4, mean: 1 },
  plain: { each: 2.2, mean: Infinity },
};
const gradientTolerance = 1.5e-5;
const dropout = 0.2;

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '1' },
    cpu: { type: 'string', default: '1' },
    clock: { type: 'string', default: 'processor' },
    sizes: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const machineLine = startMachineLine(', one used');
const chosen = values.sizes ? sizes.filter((size) => values.sizes!.split(',').includes(nameOf(size))) : sizes;
const seconds = Number(values.seconds);
const clock = values.clock === 'wall' ? 'wall' : 'processor';

const pin = process.platform === 'linux' ? ['taskset', '-c', values.cpu] : [];
const peer = await startPeer([
  ...pin,
  await findPeersPython(),
  fileURLToPath(new URL('peer_torch.py', import.meta.url)),
]);
const scratch = mkdtempSync(join(tmpdir(), 'bench-trainer-'));
try {
  const worst = await verify(peer);
  const rows: Row[] = [];
  for (const size of chosen) {
    const row = await measure(peer, size);
    rows.push(row);
    console.log(cellsOf(row).join('  '));
  }
  const report = render(rows, worst, peer.greeting);
  console.log(`\n${report}`);
  if (values.write) writeSection('trainer', report);
} finally {
  peer.stop();
  rmSync(scratch, { recursive: true });
}

function nameOf({ units, layers, batch }: Size): string {
  return `${units}/${layers}/${batch}`;
}

async function wasm(build: string, size: Size, rest: readonly string[]): Promise<Record<string, number>> {
  const script = fileURLToPath(new URL('measureWasm.ts', import.meta.url));
  const shape = [size.units, size.layers, size.batch].map(String);
  const [command, ...args] = [...pin, process.execPath, script, build, ...shape, ...rest];
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout) as Record<string, number>; // our own line
}

/** Gradients of every size and build against PyTorch's in double; the worst, or an error. */
async function verify(torch: Peer): Promise<number> {
  let worst = 0;
  for (const size of chosen) {
    await wasm('all', size, ['verify', scratch]);
    const files = buildNames.map((build) => join(scratch, `${build}.f32`));
    const { gradients, loss } = await torch.ask({ task: 'verify', ...size, files });
    worst = Math.max(worst, gradients, loss);
    if (!(gradients < gradientTolerance) || !(loss < gradientTolerance)) {
      throw new Error(`${nameOf(size)}: gradients are off by ${gradients}, the loss by ${loss}`);
    }
  }
  console.log(`verified ${chosen.length} sizes: worst relative error ${worst.toExponential(1)}`);
  return worst;
}

async function measure(torch: Peer, size: Size): Promise<Row> {
  const ms: Record<Contender, number> = {
    torch: Infinity,
    relaxed: Infinity,
    revec: Infinity,
    plain: Infinity,
  };
  const median = { ...ms };
  for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
    for (const contender of contenders) {
      const found =
        contender === 'torch'
          ? await torch.ask({ task: 'time', ...size, dropout, seconds })
          : await wasm(contender, size, [String(dropout), String(seconds)]);
      ms[contender] = Math.min(ms[contender], found[clock === 'wall' ? 'min' : 'cpuMin']);
      median[contender] = Math.min(median[contender], found[clock === 'wall' ? 'median' : 'cpu']);
    }
  }
  return { ...size, ms, median };
}

function cellsOf({ ms, median, ...size }: Row): string[] {
  const cells = builds.flatMap((build) => [
    ms[build].toFixed(2),
    (ms[build] / ms.torch).toFixed(2),
    (median[build] / median.torch).toFixed(2),
  ]);
  return [nameOf(size), ms.torch.toFixed(2), ...cells];
}

function render(rows: readonly Row[], worst: number, versions: Record<string, string>): string {
  const summary = builds.map((build) =>
    ratioRow(
      build,
      rows.map(({ ms }) => ms[build] / ms.torch),
      bars[build],
    ),
  );
  return [
    `One training step (forward, backward, Adam) of LSTM layers with a linear head: ${lookback} steps, ${features} features, dropout ${dropout}`,
    'between the layers and after the last, float32, one core, everything from windows to updated weights. Shortest step over',
    `${values.repeats} turns of ${seconds} s, ${clock === 'wall' ? 'by the wall clock' : 'in processor time (the same as the wall clock on an idle machine)'}; a ratio below 1 is faster than PyTorch. Before timing, gradients and loss of every size and build were`,
    `compared with PyTorch in double precision: worst relative error ${worst.toExponential(1)}.`,
    '',
    machineLine(),
    `- Versions: Node ${process.versions.node} (V8 ${process.versions.v8}), PyTorch ${versions['torch']}, Python ${versions['python']}`,
    commandLine('bench/trainer/run.ts'),
    '',
    ...table(ratioHeader, summary),
    '',
    ...table(
      [
        'units/layers/batch',
        'PyTorch ms',
        ...builds.flatMap((build) => [`${build} ms`, 'ratio', 'of medians']),
      ],
      rows.map(cellsOf),
    ),
  ].join('\n');
}
