import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { settingsAt } from '../../src/engine/experiment/settings.ts';
import { observationsOf } from '../../src/engine/samplers/observations.ts';
import { readExperiment, readTrials } from '../../src/engine/store/experimentReader.ts';
import type { Experiment } from '../../src/model/experiment.ts';
import { membershipOf, searchSpaceOf } from '../../src/model/searchSpace.ts';
import { studySchema } from '../../src/model/study.ts';
import type { Trial } from '../../src/model/trial.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import type { TrialColumns } from '../../src/protocol/trialColumns.ts';
import { writeFile } from 'node:fs/promises';
import {
  cliFile,
  makeWorkspace,
  openSession,
  outcomeOf,
  runToEnd,
  studyText,
  type Workspace,
} from './harness.ts';

const workspaces: Workspace[] = [];
afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.remove();
});

async function workspaceOf(...args: Parameters<typeof makeWorkspace>): Promise<Workspace> {
  const workspace = await makeWorkspace(...args);
  workspaces.push(workspace);
  return workspace;
}

async function stored(ref: ExperimentRef): Promise<{ experiment: Experiment; trials: readonly Trial[] }> {
  const folder = join(ref.store, ref.id);
  const read = await readExperiment(folder);
  if (read.kind !== 'read') throw new Error(read.kind);
  return { experiment: read.value, trials: (await readTrials(folder)).documents };
}

const change = { hyperparameters: { units: { int: [4, 12] as const } } };
const search = { sampler: 'random', pruner: 'none', confirm: { top: 0 } };

test('another space from the next trial on: earlier trials inside it teach, the others are kept', async () => {
  const workspace = await workspaceOf({ search });
  const { session } = openSession();
  try {
    const ref = await runToEnd(session, workspace);
    const before = await outcomeOf(ref);
    const text = studyText({ ...change, search: { ...search, constraints: ['units * epochs <= 48'] } });
    const result = await session.runs.resume({ ...ref, studyText: text, options: { trials: 14 } });
    expect(result).toEqual({ kind: 'resumed', ref });
    await session.runs.ended(ref);

    const { experiment, trials } = await stored(ref);
    expect((await outcomeOf(ref)).trials.slice(0, 8)).toEqual(before.trials);
    expect(trials.map((t) => t.amendment)).toEqual([
      ...Array<number>(8).fill(0),
      ...Array<number>(6).fill(1),
    ]);
    expect(experiment.amendments[0]).toMatchObject({ fromTrial: 8, constraints: ['units * epochs <= 48'] });
    const { space } = settingsAt(experiment, Infinity);
    expect(space).toEqual(searchSpaceOf(studySchema.parse(JSON.parse(text))));
    const isInside = membershipOf(space);
    for (const { params } of trials.slice(8)) {
      expect(isInside(params)).toBe(true);
      expect(params.units * params.epochs).toBeLessThanOrEqual(48);
    }
    // Units 2 and 3 lie outside now: kept, and not among what a sampler learns from.
    const first = trials.slice(0, 8);
    expect(first.some((t) => isInside(t.params))).toBe(true);
    expect(first.some((t) => !isInside(t.params))).toBe(true);
    expect(observationsOf(space, trials).map((o) => o.number)).toEqual(
      trials.filter((t) => isInside(t.params)).map((t) => t.number),
    );
  } finally {
    await session.dispose();
  }
});

test('an automatic sampler is chosen again for another space', async () => {
  const hyperparameters = {
    units: { choices: [2, 4] },
    dropout: 0,
    batchSize: 32,
    learningRate: { choices: [0.01, 0.02] },
    epochs: 2,
  };
  const workspace = await workspaceOf({
    hyperparameters,
    search: { sampler: 'auto', pruner: 'none', confirm: { top: 0 } },
  });
  const { session } = openSession();
  try {
    const ref = await runToEnd(session, workspace);
    expect((await stored(ref)).trials.map((t) => t.source)).toEqual(Array(4).fill('grid'));
    const text = studyText({
      hyperparameters: { ...hyperparameters, learningRate: { float: [0.001, 0.1] } },
      search: { sampler: 'auto', pruner: 'none', confirm: { top: 0 }, trials: 6 },
    });
    await session.runs.resume({ ...ref, studyText: text });
    await session.runs.ended(ref);
    const { experiment, trials } = await stored(ref);
    expect(experiment.amendments[0].sampler).toBe('tpe');
    expect(trials.map((t) => t.source)).toEqual([...Array<string>(4).fill('grid'), 'sampler', 'sampler']);
  } finally {
    await session.dispose();
  }
});

test('a space that constraints empty is refused and changes nothing', async () => {
  const workspace = await workspaceOf({ search: { trials: 2, confirm: { top: 0 } } });
  const { session } = openSession();
  try {
    const ref = await runToEnd(session, workspace);
    const emptied = studyText({ search: { trials: 4, confirm: { top: 0 }, constraints: ['units > 1000'] } });
    const refused = await session.runs.resume({ ...ref, studyText: emptied });
    expect(refused).toMatchObject({ kind: 'issues', issues: [{ code: 'constraintsEmpty' }] });
    expect((await stored(ref)).experiment.amendments).toEqual([]);
  } finally {
    await session.dispose();
  }
});

test('what a run or a resume asks for is checked like what the file says', async () => {
  const workspace = await workspaceOf({ search: { ...search, trials: 2 } });
  const { session } = openSession();
  try {
    const { file } = workspace;
    const options = { sampler: 'grid', pruner: 'wilcoxon', trials: 3 };
    const check = await session.handlers.check({ text: studyText({ search }), file, options });
    expect(check.space).toMatchObject({ trials: 3, sampler: { kind: 'grid' } });
    const refused = { kind: 'issues', issues: [{ code: 'gridNeedsStep' }, { code: 'gridNeedsStep' }, {}] };
    expect(await session.runs.start({ file, ifFinished: 'ask', options })).toMatchObject(refused);
    const ref = await runToEnd(session, workspace);
    expect(await session.runs.resume({ ...ref, options })).toMatchObject(refused);
    expect((await stored(ref)).experiment.amendments).toEqual([]);
  } finally {
    await session.dispose();
  }
});

test('a study that runs is given another space, sampler and budget: it goes on with them', async () => {
  const workspace = await workspaceOf({ search: { ...search, trials: 400 } });
  const { session, events } = openSession();
  try {
    const started = await session.runs.start({ file: workspace.file, ifFinished: 'ask' });
    if (started.kind !== 'started') throw new Error(started.kind);
    const { ref } = started;
    const ended = (): number =>
      events.filter(
        ([name, payload]) => name === 'trialsChanged' && (payload as { rows: TrialColumns }).rows.count > 0, // of this name
      ).length;
    while (ended() < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    const first = (await stored(ref)).trials.length;
    const text = studyText({ ...change, search: { ...search, sampler: 'qmc', trials: 406 } });
    expect(await session.runs.resume({ ...ref, studyText: text })).toEqual({ kind: 'resumed', ref });
    const ofTheChange = async (): Promise<readonly Trial[]> =>
      (await stored(ref)).trials.filter((t) => t.amendment === 1 && t.state === 'complete');
    await expect.poll(async () => (await ofTheChange()).length, { timeout: 50_000 }).toBeGreaterThan(1);
    await session.runs.stop(ref, 'graceful');
    const { experiment, trials } = await stored(ref);
    expect(experiment.amendments).toHaveLength(1);
    expect(experiment.amendments[0]).toMatchObject({ sampler: 'qmc', trials: 406 });
    const { fromTrial } = experiment.amendments[0];
    expect(fromTrial).toBeGreaterThanOrEqual(first);
    expect(fromTrial).toBeLessThan(400);
    const isInside = membershipOf(settingsAt(experiment, Infinity).space);
    expect(trials.slice(fromTrial).every((t) => t.amendment === 1 && isInside(t.params))).toBe(true);
    // The same text again changes nothing.
    await session.runs.resume({ ...ref, studyText: text });
    await session.runs.stop(ref, 'graceful');
    expect((await stored(ref)).experiment.amendments).toEqual(experiment.amendments);
  } finally {
    await session.dispose();
  }
});

test('a study that differs in more than the search is refused by name', async () => {
  const workspace = await workspaceOf({ search: { ...search, trials: 2 } });
  const { session } = openSession();
  try {
    const ref = await runToEnd(session, workspace);
    const text = studyText({ rest: { horizon: 2 }, search: { ...search, trials: 4, seed: 5 } });
    await expect(session.runs.resume({ ...ref, studyText: text })).rejects.toThrow(
      /differs from .* in horizon, search\.seed, so its trials would not compare/,
    );
    expect((await stored(ref)).experiment.amendments).toEqual([]);
  } finally {
    await session.dispose();
  }
});

test('from the command line: resume --study, and the ranking marks what lies outside', async () => {
  const workspace = await workspaceOf({ search });
  const cli = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [cliFile, ...args], { encoding: 'utf8' });
  expect(cli('run', workspace.file).status).toBe(0);
  const other = join(workspace.folder, 'other.lstm.json');
  await writeFile(other, studyText({ ...change, search }));
  const { status, stdout, stderr } = cli('resume', workspace.file, '--trials', '10', '--study', other);
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/^ *\d+ +\d+\* /m);
  expect(stdout).toContain('* outside the space as it is now: kept and ranked, not learnt from');
  await writeFile(other, '{ "lstmStudy": 1, "hyperparameters": { "units": "many" } }');
  expect(cli('resume', workspace.file, '--trials', '12', '--study', other).status).toBe(2);
});
