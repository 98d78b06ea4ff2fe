import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readDataFile } from '../../src/engine/data/readDataFile.ts';
import { studyOf } from './testData.ts';

const top = resolve(import.meta.dirname, '../..');

test('examples/synthetic.csv is what its script makes', () => {
  execFileSync(process.execPath, ['scripts/synthetic.ts', '--check'], { cwd: top });
});

test('it reads without errors, says that it is synthetic, and holds one split', async () => {
  const { report, issues } = await readDataFile(resolve(top, 'examples/synthetic.csv'), studyOf().data);
  expect(issues.filter((i) => i.severity === 'error')).toEqual([]);
  expect(report?.rows).toBe(1500);
  expect(report?.ohlcViolationCount).toBe(0);
  expect(report?.columns.find((c) => c.name === 'name')?.values).toEqual(['SYNTHETIC']);
  expect(report?.suspectedSplits.map((s) => s.adjusted)).toEqual(['doesNotMove']);
});
