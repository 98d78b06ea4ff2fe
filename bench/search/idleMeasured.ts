import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTrials } from '../../src/engine/store/experimentReader.ts';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const settings = [
  { workers: 2, lag: 8 },
  { workers: 4, lag: 16 },
];

/** Share of worker time without a trial in real runs of idle.lstm.json, from the time stamps its trials have in the store. */
export async function idleMeasured(): Promise<string> {
  const lines = [
    '| workers | lag | trials | shortest, median, longest trial | idle share |',
    '| --- | --- | --- | --- | --- |',
  ];
  for (const setting of settings) {
    lines.push(await measured(setting));
    console.log(lines.at(-1));
  }
  return lines.join('\n');
}

async function measured({ workers, lag }: (typeof settings)[number]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lstm-study-idle-'));
  try {
    const study = join(folder, 'idle.lstm.json');
    const text = readFileSync(pathOf('idle.lstm.json'), 'utf8')
      .replace('"lag": 8', `"lag": ${lag}`)
      .replace('"../../examples/sp500.csv"', JSON.stringify(pathOf('../../examples/sp500.csv')));
    writeFileSync(study, text);
    const { status, stderr } = spawnSync(
      process.execPath,
      [pathOf('../../dist/engine/cli.mjs'), 'run', study, '--workers', String(workers)],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    const store = join(folder, '.lstm-study');
    const [id] = readdirSync(store).filter((name) => /^\d{8}-/.test(name));
    const { documents } = await readTrials(join(store, id));
    const spans = documents.map((t) => [Date.parse(t.startedAt ?? ''), Date.parse(t.endedAt ?? '')]);
    const lengths = spans.map(([from, to]) => to - from).sort((a, b) => a - b);
    const busy = lengths.reduce((a, b) => a + b, 0);
    const whole = Math.max(...spans.map(([, to]) => to)) - Math.min(...spans.map(([from]) => from));
    const share = 1 - busy / (workers * whole);
    const shown = [lengths[0], lengths[lengths.length >> 1], lengths[lengths.length - 1]];
    return `| ${workers} | ${lag} | ${lengths.length} | ${shown.map((ms) => `${(ms / 1000).toFixed(2)} s`).join(', ')} | ${(100 * share).toFixed(1)} % |`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
