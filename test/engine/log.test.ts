import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { requireExperiment } from '../../src/engine/store/experimentReader.ts';
import type { EngineSettings } from '../../src/protocol/engine.ts';
import { makeWorkspace, openSession, runToEnd, type StudyChange, type Workspace } from './harness.ts';

// Whole studies run here: on a busy machine that takes a while.
vi.setConfig({ testTimeout: 900_000 });

const workspaces: Workspace[] = [];
afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});

interface Line {
  readonly level: string;
  readonly text: string;
}

/** A study, run to its end; its workspace and the log of it. */
async function logOf(
  settings: Omit<EngineSettings, 'mode'>,
  change: StudyChange = {},
): Promise<{ readonly workspace: Workspace; readonly id: string; readonly lines: readonly Line[] }> {
  const workspace = await makeWorkspace(change);
  workspaces.push(workspace);
  const { session, events } = openSession();
  await session.handlers.initialize({ mode: 'full', ...settings });
  const { id } = await runToEnd(session, workspace);
  await session.dispose();
  const lines = events.flatMap(([name, payload]) => (name === 'log' ? [payload as Line] : [])); // the payload of this name
  return { workspace, id, lines };
}

test('a log at debug tells a stranger versions, hashes, settings, phases, each trial with its times', async () => {
  const { workspace, id, lines } = await logOf({ logLevel: 'debug', workers: 2 });
  const { studyHash, dataHash, resolved } = await requireExperiment(join(workspace.store, id));
  const text = lines.map((line) => line.text).join('\n');
  for (const part of [
    `"node":"${process.versions.node}"`,
    `"platform":"${process.platform}"`,
    'kernels plain: ',
    `study ${studyHash.slice(0, 12)}`,
    `data ${dataHash.slice(0, 12)}`,
    'seed 7, lag 3',
    'sampler tpe, pruner median, objective u2',
    'budget 8 trials',
    `2 workers, wasm ${resolved.variant.build} ${resolved.variant.digest}`,
    '"workers":2',
    'is ready: ',
  ])
    expect(text).toContain(part);
  for (let number = 0; number < 8; number++)
    expect(text).toMatch(new RegExp(`${id}: trial ${number} (complete|pruned).* epochs; .*total \\d+ ms`));
  const phases = [
    ...text.matchAll(/: (search|search ended \(\w+\), confirmation|finished .*?) after [\d.]+ s$/gm),
  ];
  expect(phases.map(([, phase]) => phase)).toEqual([
    'search',
    'search ended (trials), confirmation',
    expect.stringMatching(/^finished \(trials\), leader \d+, winner \d+$/),
  ]);
});

test('at info it has the phases and what failed with its code, and not every trial', async () => {
  const change = { search: { trials: 2, confirm: { top: 0, seeds: 2 } } };
  const { lines } = await logOf({ workers: 1, workerMemoryBytes: 1 }, change);
  const text = lines.map((line) => line.text).join('\n');
  expect(text.match(/trial \d failed; .*\[outOfMemory\].*because of this machine/g)).toHaveLength(2);
  expect(text).toContain('finished');
  const { lines: others } = await logOf({ workers: 1 }, change);
  expect(others.filter((line) => / trial \d/.test(line.text))).toEqual([]);
});

test('a run that breaks off says so with the code of the fault', async () => {
  const workspace = await makeWorkspace({ search: { trials: 200 } });
  workspaces.push(workspace);
  const { session, events } = openSession();
  const started = await session.runs.start({ file: workspace.file, ifFinished: 'ask' });
  if (started.kind === 'issues') throw new Error('issues');
  const owner = join(workspace.store, started.ref.id, 'owner.json');
  await writeFile(owner, (await readFile(owner, 'utf8')).replace('"token":"', '"token":"another-'));
  await expect(session.runs.ended(started.ref)).rejects.toMatchObject({ code: 'storeLocked' });
  await session.dispose();
  const lines = events.flatMap(([name, payload]) => (name === 'log' ? [(payload as Line).text] : [])); // as above
  expect(lines.filter((line) => /broken off after [\d.]+ s \[storeLocked\]/.test(line))).toHaveLength(1);
});
