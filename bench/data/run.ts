// Rows a second and memory of reading prices: node bench/data/run.ts [--rows=1000000] [--repeats=5] [--write]
// All contenders read the same file in turns, each in a process of its own, and must read the same numbers before a time counts.
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeSection } from '../report.ts';
import type { Reading } from './contender.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    repeats: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const names = ['reader', 'udsv', 'split'] as const;
const texts = {
  reader: 'readDataFile: dates, checks and data report included',
  udsv: 'udsv alone, whole text, typed columns',
  split: 'split lines and cells, Number, Date.parse',
};

/** One-minute prices, seven columns. */
async function writePrices(file: string): Promise<void> {
  const out = createWriteStream(file);
  out.write('date,open,high,low,close,adjclose,volume\n');
  let price = 100;
  let text = '';
  for (let i = 0; i < rows; i++) {
    price *= 1 + 0.001 * Math.sin(i * 1.7);
    const date = new Date(Date.UTC(2000, 0, 3) + i * 60_000).toISOString().slice(0, 19);
    const cells = [price, price * 1.01, price * 0.99, price, price * 0.9].map((x) => x.toFixed(6));
    text += `${date}Z,${cells.join(',')},${1_000_000 + i}\n`;
    if (text.length < 1e6) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'finish');
}

function measure(name: string, file: string): Reading {
  const script = fileURLToPath(new URL('contender.ts', import.meta.url));
  const output = execFileSync(process.execPath, [script, name, file], { encoding: 'utf8' });
  return JSON.parse(output) as Reading; // what contender.ts prints, of the same commit
}

function requireSame(readings: readonly Reading[]): void {
  const [first] = readings;
  for (const r of readings) {
    const same =
      r.rows === rows && r.lastTime === first.lastTime && Math.abs(r.closes / first.closes - 1) < 1e-12;
    if (!same) throw new Error(`contenders read different numbers: ${JSON.stringify(readings)}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'bench-data-'));
try {
  const file = join(folder, 'prices.csv');
  await writePrices(file);
  const all = new Map<string, Reading[]>(names.map((name) => [name, []]));
  for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
    const turn = names.map((name) => measure(name, file));
    requireSame(turn);
    turn.forEach((reading, i) => all.get(names[i])!.push(reading));
  }
  const sorted = (name: string, pick: (r: Reading) => number): number[] =>
    all
      .get(name)!
      .map(pick)
      .sort((a, b) => a - b);
  const fastest = sorted('reader', (r) => r.cpuMs)[0];
  const lines = names.map((name) => {
    const ms = sorted(name, (r) => r.ms);
    const cpu = sorted(name, (r) => r.cpuMs)[0];
    const peak = Math.max(...all.get(name)!.map((r) => r.peakMb));
    const median = ms[Math.floor(ms.length / 2)];
    return `| ${texts[name]} | ${(ms[0] / 1000).toFixed(2)} | ${(median / 1000).toFixed(2)} | ${(cpu / 1000).toFixed(2)} | ${(cpu / fastest).toFixed(2)} | ${Math.round(peak)} |`;
  });
  const report = [
    `\`node bench/data/run.ts --write\`: ${rows.toLocaleString('en')} rows of 7 columns, ${Math.round(statSync(file).size / 1e6)} MB, Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown'}, ${values.repeats} turns.`,
    '',
    '| how | best, s | median, s | best processor time, s | ratio of that | peak memory, MB |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
  console.log(report);
  if (values.write) writeSection('data', report);
} finally {
  rmSync(folder, { recursive: true });
}
