// What preparing data takes of a fold's time, and of memory, whatever the lookback: scaling once, windows as views into one series.
//   npm run build, then   node bench/resources/run.ts [--repeats=3] [--rows=200000] [--write]
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { writeSection } from '../report.ts';
import { commandLine, median, minimum, startMachineLine, table, verdict } from '../table.ts';

/** Share of a fold's time. */
const shareBar = 0.02;
/** Growth beyond the model and the series may differ between the lookbacks by this share of what copies would take. */
const copiesBar = 0.05;
/** units/layers/batch and epochs. */
const sizes = ['50/1/32/10', '100/2/64/3', '150/3/128/1'];
const lookbacks = [20, 250];

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '3' },
    rows: { type: 'string', default: '200000' },
    write: { type: 'boolean', default: false },
  },
});
const machineLine = startMachineLine();

interface Share {
  readonly seconds: number;
  readonly share: number;
  readonly build: string;
}
interface Memory {
  readonly tensors: number;
  readonly model: number;
  readonly copies: number;
  readonly grown: number;
}

const shares = new Map<string, Share[]>(sizes.map((size) => [size, []]));
const memories = new Map<number, Memory[]>(lookbacks.map((lookback) => [lookback, []]));
for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
  for (const size of sizes) shares.get(size)!.push(await fold<Share>('share', ...size.split('/')));
  for (const lookback of lookbacks)
    memories.get(lookback)!.push(await fold<Memory>('memory', String(lookback), values.rows));
}
const report = render();
console.log(report);
if (values.write) writeSection('resources', report);

async function fold<Found>(...args: string[]): Promise<Found> {
  const script = fileURLToPath(new URL('fold.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args]);
  return JSON.parse(stdout) as Found; // our own line
}

function render(): string {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const largest = Math.max(...[...shares.values()].map((all) => median(all.map((s) => s.share))));
  const leastGrown = (lookback: number): number => minimum(memories.get(lookback)!.map((m) => m.grown));
  const rest = (lookback: number): number =>
    leastGrown(lookback) - memories.get(lookback)![0].model - memories.get(lookback)![0].tensors;
  const [short, long] = lookbacks;
  const copies = memories.get(long)![0].copies - memories.get(short)![0].copies;
  const difference = rest(long) - rest(short);
  return [
    `Scaling, targets and laying windows out, as V8's profiler finds them in a whole fold (S&P 500 daily, 5 inputs, lookback 60,`,
    `predictions and scores included; ${shares.get(sizes[0])![0].build} build): ${verdict(largest < shareBar, `below ${percent(shareBar)} of a fold`)}.`,
    '',
    machineLine(),
    `- Versions: Node ${process.versions.node}`,
    commandLine('bench/resources/run.ts'),
    '',
    ...table(
      ['units/layers/batch/epochs', 'seconds of a fold', 'share of data, median', 'largest'],
      [...shares].map(([size, all]) => [
        size,
        minimum(all.map((s) => s.seconds)).toFixed(2),
        percent(median(all.map((s) => s.share))),
        percent(Math.max(...all.map((s) => s.share))),
      ]),
    ),
    '',
    `Memory of the process after a fit of 4 units and batch 256 over ${Number(values.rows).toLocaleString('en')} rows, MB. The tensors of a fold are the same whatever the lookback; what`,
    `the process grows by beyond them and the model differs by ${mb(difference)} MB between lookback ${short} and ${long}, where copied windows would differ by ${mb(copies)}: ${verdict(Math.abs(difference) < copiesBar * copies, `${100 * copiesBar} % of that`)}.`,
    '',
    ...table(
      [
        'lookback',
        'series of the fold',
        'model, computed before',
        'process grew by, least',
        'windows as copies',
      ],
      lookbacks.map((lookback) => {
        const [first] = memories.get(lookback)!;
        return [
          String(lookback),
          mb(first.tensors),
          mb(first.model),
          mb(leastGrown(lookback)),
          mb(first.copies),
        ];
      }),
    ),
  ].join('\n');
}
