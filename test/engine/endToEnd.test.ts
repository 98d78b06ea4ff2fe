import { fork, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import type { Client } from '../../src/protocol/contract.ts';
import type { EngineContract } from '../../src/protocol/engine.ts';
import type { RunProgress } from '../../src/protocol/runProgress.ts';
import { connectProcess } from '../../src/protocol/processRpc.ts';
import { mainFile, makeWorkspace, studyText, type Workspace } from './harness.ts';

const opened: { child: ChildProcess; client: Client<EngineContract> }[] = [];
const workspaces: Workspace[] = [];
afterEach(async () => {
  for (const { child, client } of opened.splice(0)) {
    const ended = child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : null;
    client.dispose();
    if (child.connected) child.disconnect();
    await ended;
  }
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});

async function workspaceOf(...args: Parameters<typeof makeWorkspace>): Promise<Workspace> {
  const workspace = await makeWorkspace(...args);
  workspaces.push(workspace);
  return workspace;
}

function startEngine(): Client<EngineContract> {
  const child = fork(mainFile, [], { serialization: 'advanced' });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  const client = connectProcess<EngineContract>(connection);
  connection.listen();
  opened.push({ child, client });
  return client;
}

/** Starts a study and waits until its experiment has finished. */
async function runStudy(
  client: Client<EngineContract>,
  params: EngineContract['requests']['start']['params'],
): Promise<string> {
  const finished = new Set<string>();
  let tell: () => void = () => undefined;
  client.onEvent('experimentChanged', ({ summary }) => {
    if (summary.state === 'finished') finished.add(summary.id);
    tell();
  });
  const result = await client.request('start', params);
  if (result.kind === 'issues') throw new Error(JSON.stringify(result.issues));
  const { id } = result.ref;
  await new Promise<void>((resolve) => {
    tell = () => finished.has(id) && resolve();
    tell();
  });
  return id;
}

test('a study runs from file to verdict in the forked engine, and every look is counted', async () => {
  const workspace = await workspaceOf();
  const client = startEngine();
  const info = await client.request('initialize', { mode: 'full', workers: 2 });
  expect(info.pid).toBeGreaterThan(0);

  const check = await client.request('check', { text: studyText(), file: workspace.file });
  expect(check.issues.filter((i) => i.severity === 'error')).toEqual([]);
  expect(check.estimate?.ms).toBeGreaterThan(0);
  expect(check.estimate?.from).toBe('flops');
  expect(check.split?.folds).toHaveLength(2);
  expect(check.existing).toBeNull();

  const seen = new Map<number, number>();
  const progress: RunProgress[] = [];
  client.onEvent('trialsChanged', ({ rows }) => {
    for (let i = 0; i < rows.count; i++) seen.set(rows.number[i], rows.value[i]);
  });
  client.onEvent('progress', (p) => progress.push(p));
  await runStudy(client, { file: workspace.file, ifFinished: 'ask' });

  const { experiments, warnings } = await client.request('listExperiments', { stores: [workspace.store] });
  expect(warnings).toEqual([]);
  expect(experiments).toHaveLength(1);
  const [summary] = experiments;
  expect(summary.state).toBe('finished');
  const { complete, pruned, failed } = summary.counts;
  expect(complete + pruned + failed).toBe(8);
  expect(seen.size).toBe(8);
  expect(summary.winner).not.toBeNull();
  expect(summary.looks).toBe(0);
  expect(progress.some((p) => p.running.length > 0)).toBe(true);
  expect(await readFile(`${workspace.store}/.gitignore`, 'utf8')).toBe('*\n');

  const ref = { store: workspace.store, id: summary.id };
  const measured = await client.request('check', { text: studyText(), file: workspace.file });
  expect(measured.estimate?.from).toBe('measured');
  expect(measured.existing).toEqual({ id: summary.id, state: 'finished' });
  const open = await client.request('open', ref);
  expect(open.trials.count).toBe(8);
  expect(Array.from(open.trials.value)).toEqual(Array.from({ length: 8 }, (_, n) => seen.get(n)));
  const winner = summary.winner?.number ?? -1;
  const { trial, confirmation } = await client.request('trial', { ...ref, number: winner });
  expect(trial.folds).toHaveLength(2);
  expect(confirmation?.runs).toHaveLength(2);
  const predictions = await client.request('predictions', { ...ref, number: winner });
  expect(predictions?.folds).toHaveLength(2);
  const [first, last] = open.experiment.folds[0].validationOrigins;
  expect(predictions?.folds[0].forecast).toHaveLength(last - first + 1);

  expect(await client.request('testResult', ref)).toBeNull();
  const one = await client.request('test', ref);
  expect(one.trial).toBe(winner);
  expect(one.looks).toBe(1);
  expect(one.predictions.forecast.length).toBe(one.predictions.dates.length);
  const stored = await client.request('test', ref);
  expect(stored.looks).toBe(1);
  expect(stored.u2).toBe(one.u2);
  // L12: the second opening is counted, and says the same.
  const two = await client.request('test', { ...ref, again: true });
  expect(two.looks).toBe(2);
  expect(two.u2).toBe(one.u2);
  expect(two.verdict).toBe(one.verdict);
  // The repeated experiment looks at the same dates: its first look is the third.
  const again = await runStudy(client, { file: workspace.file, ifFinished: 'again' });
  const { experiments: both } = await client.request('listExperiments', { stores: [workspace.store] });
  expect(both).toHaveLength(2);
  const three = await client.request('test', { store: workspace.store, id: again });
  expect(three.looks).toBe(3);
  expect(three.u2).toBe(one.u2);
  // Broken twin: who counts an experiment's own looks alone calls the third look at these dates the first.
  const repeated = await client.request('open', { store: workspace.store, id: again });
  expect(repeated.experiment.looks.length).toBe(1);
  expect(repeated.experiment.looks.length).not.toBe(three.looks);
});

test('bad input is answered with issues and leaves nothing behind', async () => {
  const workspace = await workspaceOf();
  const client = startEngine();
  await client.request('initialize', { mode: 'full' });
  const start = (text: string) => client.request('start', { file: workspace.file, text, ifFinished: 'ask' });
  const bad = await start(studyText({ hyperparameters: { unts: 3 } }));
  expect(bad.kind).toBe('issues');
  const missing = await start(studyText({ rest: { data: { file: 'no.csv' } } }));
  expect(missing.kind).toBe('issues');
  const long = await start(studyText({ hyperparameters: { lookback: 700 } }));
  expect(long.kind).toBe('issues');
  const grid = await start(
    studyText({
      hyperparameters: {
        units: { int: [1, 500] },
        lookback: { int: [2, 50] },
        learningRate: 0.01,
        dropout: { float: [0, 0.5], step: 0.005 },
      },
      search: { sampler: 'grid' },
    }),
  );
  expect(grid.kind === 'issues' && grid.issues.map((i) => i.code)).toEqual(['gridTooLarge']);
  const endless = await client.request('start', {
    file: workspace.file,
    ifFinished: 'ask',
    options: { sampler: 'grid' },
  });
  expect(endless.kind === 'issues' && endless.issues.map((i) => i.code)).toContain('gridNeedsStep');
  await expect(client.request('open', { store: workspace.store, id: '../..' })).rejects.toMatchObject({
    code: 'badInput',
  });
  const { experiments } = await client.request('listExperiments', { stores: [workspace.store] });
  expect(experiments).toEqual([]);
});

test('browse mode reads and refuses to run, write or train', async () => {
  const workspace = await workspaceOf();
  const client = startEngine();
  await client.request('initialize', { mode: 'browse' });
  await expect(client.request('start', { file: workspace.file, ifFinished: 'ask' })).rejects.toMatchObject({
    code: 'badInput',
  });
  const check = await client.request('check', { text: studyText(), file: workspace.file });
  expect(check.study).not.toBeNull();
  expect(check.estimate).toBeNull();
});

test('the engine and its workers end with the process that started them', async () => {
  const workspace = await workspaceOf({ search: { trials: 500 } });
  const client = startEngine();
  await client.request('initialize', { mode: 'full', workers: 2 });
  const running = new Promise<void>((resolve) => {
    client.onEvent('progress', (p) => p.running.length > 0 && resolve());
  });
  await client.request('start', { file: workspace.file, ifFinished: 'ask' });
  await running;
  const [{ child }] = opened.splice(0);
  const pid = child.pid ?? 0;
  const workers = await childrenOf(pid);
  expect(workers.length).toBeGreaterThan(0);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.disconnect();
  await gone;
  for (const worker of workers) expect(await goneSoon(worker)).toBe(true);
});

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}

async function goneSoon(pid: number): Promise<boolean> {
  for (let i = 0; i < 100; i++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
