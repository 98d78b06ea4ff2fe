import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTrials } from '../../src/engine/store/experimentReader.ts';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const workers = 2;

/** Share of worker time without a trial in a real run of idle.lstm.json, from the time stamps its trials have in the store. */
export async function idleMeasured(): Promise<string> {
  const store = mkdtempSync(join(tmpdir(), 'lstm-study-idle-'));
  try {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        ...[pathOf('../../dist/engine/cli.mjs'), 'run', pathOf('idle.lstm.json')],
        ...['--workers', String(workers), '--store', store],
      ],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    const [id] = readdirSync(store).filter((name) => /^\d{8}-/.test(name));
    const { documents } = await readTrials(join(store, id));
    const spans = documents.map((t) => [Date.parse(t.startedAt ?? ''), Date.parse(t.endedAt ?? '')]);
    const lengths = spans.map(([from, to]) => to - from).sort((a, b) => a - b);
    const busy = lengths.reduce((a, b) => a + b, 0);
    const whole = Math.max(...spans.map(([, to]) => to)) - Math.min(...spans.map(([from]) => from));
    const share = 1 - busy / (workers * whole);
    return [
      '| workers | lag | trials | shortest, median, longest trial | idle share |',
      '| --- | --- | --- | --- | --- |',
      `| ${workers} | 8 | ${lengths.length} | ${[lengths[0], lengths[lengths.length >> 1], lengths[lengths.length - 1]].map((ms) => `${(ms / 1000).toFixed(2)} s`).join(', ')} | ${(100 * share).toFixed(1)} % |`,
    ].join('\n');
  } finally {
    rmSync(store, { recursive: true });
  }
}
