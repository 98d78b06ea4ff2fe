// Our samplers and Optuna's on the same problems in one run, the cost of a suggestion, what the lag costs and how long workers idle.
//   python3 -m venv peers && peers/bin/pip install -r bench/search/requirements.txt
//   node bench/search/run.ts --python=peers/bin/python [--seeds=20] [--trials=100] [--contenders='tpe;Optuna TPE'] [--only=idle,cost,lag,pruners,regret] [--write]
// --write puts the tables into docs/search.md and the curves into docs/search-regret.svg.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Params } from '../../src/model/hyperparameters.ts';
import { createRng, hashSeed } from '../../src/engine/rng.ts';
import { createSampler, type ResolvedSamplerSpec } from '../../src/engine/samplers/create.ts';
import { randomConfiguration } from '../../src/engine/samplers/proposals.ts';
import type { Trial } from '../../src/model/trial.ts';
import { closedForm, closedFormSpace } from '../../test/conformance/closedForm.ts';
import { bestSoFar, meanOf, runSearch, trialOf } from '../../test/conformance/search.ts';
import { regretPicture } from './picture.ts';
import { idleShare } from './idle.ts';
import { startPeer, type Peer, type Problem } from './peer.ts';
import { prunedSearch } from './pruning.ts';
import { pointOf, spaceOf } from './problemSpace.ts';

const { values: args } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    seeds: { type: 'string', default: '20' },
    trials: { type: 'string', default: '100' },
    contenders: { type: 'string' },
    only: { type: 'string', default: 'idle,cost,lag,pruners,regret' },
    write: { type: 'boolean', default: false },
  },
});
const seeds = Number(args.seeds);
const trials = Number(args.trials);
const firstSeed = 1000;

export interface Contender {
  readonly name: string;
  readonly optuna: string | null;
  readonly ours: ResolvedSamplerSpec | null;
  /** Most seeds it is run for, where it is slow. */
  readonly seeds?: number;
}
const univariate: ResolvedSamplerSpec = {
  kind: 'tpe',
  startupTrials: 10,
  multivariate: false,
  candidates: 24,
};
const allContenders: readonly Contender[] = [
  { name: 'random', ours: 'random', optuna: null },
  { name: 'tpe', ours: 'tpe', optuna: null },
  { name: 'Optuna TPE', ours: null, optuna: 'tpe' },
  { name: 'tpe, univariate', ours: univariate, optuna: null },
  { name: 'Optuna TPE, univariate', ours: null, optuna: 'tpe-univariate' },
  { name: 'gp', ours: 'gp', optuna: null },
  { name: 'cmaes', ours: 'cmaes', optuna: null },
  { name: 'Optuna CMA-ES', ours: null, optuna: 'cmaes' },
  { name: 'qmc', ours: 'qmc', optuna: null },
];

const contenders = allContenders.filter(({ name }) => args.contenders?.split(';').includes(name) ?? true);

interface Run {
  readonly regret: readonly number[];
  /** Milliseconds a suggestion, the median: others use the machine too. */
  readonly ms: number;
}

/** Best regret after each trial, with the same protocol as Optuna's side: evaluated over there, asked for here. */
async function runOurs(
  peer: Peer,
  {
    index,
    problem,
    spec,
    seed,
  }: { index: number; problem: Problem; spec: ResolvedSamplerSpec; seed: number },
): Promise<Run> {
  const space = spaceOf(problem);
  const sampler = createSampler(spec, { seed });
  const history: Trial[] = [];
  const regret: number[] = [];
  let best = Infinity;
  const times: number[] = [];
  for (let number = 0; number < trials; number++) {
    const start = performance.now();
    const params: Params | null = sampler.suggest(
      space,
      history,
      number,
      createRng(hashSeed(seed, 'sampler', number)),
    );
    times.push(performance.now() - start);
    if (!params) throw new Error(`nothing left to propose on ${problem.name}`);
    const answer = await peer.ask<{ regret: number }>({
      do: 'evaluate',
      problem: index,
      x: pointOf(problem, params),
    });
    best = Math.min(best, answer.regret);
    regret.push(best);
    history.push(trialOf(number, params, answer.regret));
  }
  return { regret, ms: medianOf(times) };
}

/** The problems must be those of the references before anything is timed on them. */
function verify(problems: readonly Problem[]): void {
  const references = [
    { name: 'naval_propulsion', best: 3.1911e-5, median: 0.14447 },
    { name: 'parkinsons_telemonitoring', best: 0.0067059, median: 0.20506 },
  ];
  for (const reference of references) {
    const found = problems.find((p) => p.name === reference.name);
    const isSame =
      found &&
      Math.abs(found.best / reference.best - 1) < 1e-3 &&
      Math.abs(found.median / reference.median - 1) < 1e-3;
    if (!isSame) throw new Error(`${reference.name} is not the problem it should be`);
  }
  console.log('verified: the tables have the minima and medians of their references');
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const cell = (values: readonly number[]): string => {
  const mean = meanOf(values);
  const se = Math.sqrt(meanOf(values.map((v) => (v - mean) ** 2)) / (values.length - 1));
  return `${mean.toFixed(4)} (${se.toFixed(4)})`;
};

async function regrets(peer: Peer, problems: readonly Problem[]): Promise<string> {
  const lines: string[] = [];
  const curves: { problem: string; contender: string; mean: number[] }[] = [];
  const points = [25, 50, 100].filter((point) => point <= trials);
  for (const [index, problem] of problems.entries()) {
    lines.push(
      `**${problem.name}**`,
      '',
      `| sampler | ${points.map((p) => `after ${p} trials`).join(' | ')} | ms a suggestion |`,
      `| --- | ${points.map(() => '--- |').join(' ')} --- |`,
    );
    for (const { name, ours, optuna, seeds: most = seeds } of contenders) {
      const runs: Run[] = [];
      for (let seed = firstSeed; seed < firstSeed + Math.min(seeds, most); seed++)
        runs.push(
          ours
            ? await runOurs(peer, { index, problem, spec: ours, seed })
            : await peer.ask<Run>({ do: 'optimise', problem: index, sampler: optuna, seed, trials }),
        );
      const row = points.map((point) => cell(runs.map((run) => run.regret[point - 1])));
      lines.push(
        `| ${name}${runs.length < seeds ? ` (${runs.length} seeds)` : ''} | ${row.join(' | ')} | ${medianOf(runs.map((run) => run.ms)).toFixed(2)} |`,
      );
      console.log(problem.name, lines.at(-1));
      curves.push({
        problem: problem.name,
        contender: name,
        mean: Array.from({ length: trials }, (_, t) => meanOf(runs.map((run) => run.regret[t]))),
      });
    }
    lines.push('');
  }
  if (args.write)
    writeFileSync(
      fileURLToPath(new URL('../../docs/search-regret.svg', import.meta.url)),
      regretPicture(curves),
    );
  return lines.join('\n');
}

/** Processor time, not time on the clock: others use the machine too. In turns, after suggestions that do not count. */
async function costs(peer: Peer): Promise<string> {
  const lines = [
    '| trials before | tpe, min / median ms | Optuna TPE, min / median ms | ratio of the medians |',
    '| --- | --- | --- | --- |',
  ];
  const repeats = 15;
  const warmUp = 8;
  for (const count of [1_000, 10_000]) {
    const rng = createRng(hashSeed(1, 'cost'));
    const history = Array.from({ length: count }, (_, i) => {
      const params = randomConfiguration(closedFormSpace, rng);
      return trialOf(i, params, closedForm(params));
    });
    await peer.ask({
      do: 'load',
      params: history.map((trial) =>
        Object.fromEntries(closedFormSpace.parameters.map(({ name }) => [name, trial.params[name]])),
      ),
      values: history.map((trial) => trial.value),
    });
    const sampler = createSampler('tpe', { seed: 1 });
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let i = 0; i < warmUp + repeats; i++) {
      const start = process.cpuUsage();
      sampler.suggest(closedFormSpace, history, count, createRng(i));
      const { user, system } = process.cpuUsage(start);
      const answer = await peer.ask<{ ms: number }>({ do: 'suggest' });
      if (i < warmUp) continue;
      ours.push((user + system) / 1000);
      theirs.push(answer.ms);
    }
    const text = (times: readonly number[]): string =>
      `${Math.min(...times).toFixed(2)} / ${medianOf(times).toFixed(2)}`;
    lines.push(
      `| ${count} | ${text(ours)} | ${text(theirs)} | ${(medianOf(ours) / medianOf(theirs)).toFixed(2)} |`,
    );
    console.log(lines.at(-1));
  }
  return lines.join('\n');
}

function lags(): string {
  const kinds = [
    { name: 'tpe', spec: 'tpe', runs: 60 },
    { name: 'gp', spec: 'gp', runs: 10 },
    { name: 'cmaes', spec: 'cmaes', runs: 60 },
  ] as const;
  const lines = ['| sampler | lag 1 | lag 8 | lag 16 |', '| --- | --- | --- | --- |'];
  for (const { name, spec, runs } of kinds) {
    const cells = [1, 8, 16].map((lag) =>
      cell(
        Array.from({ length: runs }, (_, seed) => {
          const history = runSearch(createSampler(spec, { seed }), {
            space: closedFormSpace,
            objective: closedForm,
            trials: 60,
            seed,
            lag,
          });
          return bestSoFar(history)[59] - 1;
        }),
      ),
    );
    lines.push(`| ${name} | ${cells.join(' | ')} |`);
    console.log(lines.at(-1));
  }
  return lines.join('\n');
}

function idle(): string {
  const lines = ['| workers | lag | idle share, mean of 50 | largest |', '| --- | --- | --- | --- |'];
  for (const { workers, lag } of [
    { workers: 2, lag: 2 },
    { workers: 2, lag: 8 },
    { workers: 4, lag: 4 },
    { workers: 4, lag: 8 },
    { workers: 4, lag: 16 },
  ]) {
    const shares = Array.from({ length: 50 }, (_, seed) => idleShare({ workers, lag, trials: 100, seed }));
    lines.push(
      `| ${workers} | ${lag} | ${(100 * meanOf(shares)).toFixed(1)} % | ${(100 * Math.max(...shares)).toFixed(1)} % |`,
    );
    console.log(lines.at(-1));
  }
  return lines.join('\n');
}

function pruners(): string {
  const kinds = [
    { name: 'none', spec: 'none' },
    { name: 'median (warm-up 5)', spec: 'median' },
    { name: 'median, no warm-up', spec: { kind: 'median', startupTrials: 5, warmupEpochs: 0 } },
    { name: 'percentile 25', spec: 'percentile' },
    { name: 'asha 3/4', spec: 'asha' },
    { name: 'asha 1/3', spec: { kind: 'asha', minResource: 1, reductionFactor: 3, minEarlyStoppingRate: 0 } },
    { name: 'hyperband 3/3', spec: 'hyperband' },
  ] as const;
  const lines = [
    '| pruner | regret after 600 epochs | after 1,200 epochs | trials of them | complete |',
    '| --- | --- | --- | --- | --- |',
  ];
  for (const { name, spec } of kinds) {
    const runs = [600, 1200].map((budget) =>
      Array.from({ length: 40 }, (_, seed) => prunedSearch(spec, { budget, seed })),
    );
    const mean = (key: 'trials' | 'complete'): string => meanOf(runs[1].map((run) => run[key])).toFixed(0);
    lines.push(
      `| ${name} | ${runs.map((of) => cell(of.map((run) => run.regret))).join(' | ')} | ${mean('trials')} | ${mean('complete')} |`,
    );
    console.log(lines.at(-1));
  }
  return lines.join('\n');
}

/** Replaces the text between the markers of a section of docs/search.md. */
function writeSection(name: string, body: string): void {
  const file = fileURLToPath(new URL('../../docs/search.md', import.meta.url));
  const text = readFileSync(file, 'utf8');
  const begin = `<!-- ${name}: begin -->`;
  const end = `<!-- ${name}: end -->`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/search.md has no section ${name}`);
  writeFileSync(file, `${text.slice(0, from)}${begin}\n\n${body}\n\n${text.slice(to)}`);
}

const peer = startPeer(args.python);
const problems = await peer.ask<Problem[]>({ do: 'problems' });
verify(problems);
const machine = `${cpus()[0].model.trim()}, Node ${process.version}; ${seeds} seeds from ${firstSeed}.`;
const sections: Readonly<Record<string, () => string | Promise<string>>> = {
  idle,
  cost: async () => `${machine}\n\n${await costs(peer)}`,
  lag: lags,
  pruners,
  regret: async () => `${machine}\n\n${await regrets(peer, problems)}`,
};
for (const name of args.only.split(',')) {
  const body = await sections[name]();
  if (args.write) writeSection(name, body);
}
peer.close();
