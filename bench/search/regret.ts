import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRng, hashSeed } from '../../src/engine/rng.ts';
import { createSampler, type ResolvedSamplerSpec } from '../../src/engine/samplers/create.ts';
import type { Trial } from '../../src/model/trial.ts';
import { meanOf, trialOf } from '../../test/conformance/search.ts';
import { contenders, type Contender } from './contenders.ts';
import type { Peer, Problem } from './peer.ts';
import { regretPicture } from './picture.ts';
import { pointOf, spaceOf } from './problemSpace.ts';
import { cell } from './section.ts';
import { behaviourOf, readSlice, writeSlice, type SliceKey } from './slices.ts';

const firstSeed = 1000;
const points = [25, 50, 100];

export interface RegretOptions {
  readonly seeds: number;
  readonly trials: number;
  /** Names of the contenders; null for all. */
  readonly names: readonly string[] | null;
  /** This process runs every `of`-th slice, from the `part`-th: several can share the work. */
  readonly part: number;
  readonly of: number;
}

/** The problems must be those of the references before anything is measured on them. */
export function verify(problems: readonly Problem[]): void {
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

/** Lowest regret after each trial of one of our samplers; the problem is evaluated by the peer, as for Optuna's. */
async function runOurs(
  peer: Peer,
  {
    problem,
    index,
    spec,
    key,
  }: { problem: Problem; index: number; spec: ResolvedSamplerSpec; key: SliceKey },
): Promise<number[]> {
  const space = spaceOf(problem);
  const sampler = createSampler(spec, { seed: key.seed });
  const history: Trial[] = [];
  const regret: number[] = [];
  for (let number = 0; number < key.trials; number++) {
    const params = sampler.suggest(space, history, number, createRng(hashSeed(key.seed, 'sampler', number)));
    if (!params) throw new Error(`nothing left to propose on ${problem.name}`);
    const answer = await peer.ask<{ regret: number }>({
      do: 'evaluate',
      problem: index,
      x: pointOf(problem, params),
    });
    regret.push(Math.min(regret.at(-1) ?? Infinity, answer.regret));
    history.push(trialOf(number, params, answer.regret));
  }
  return regret;
}

interface Piece {
  readonly key: SliceKey;
  readonly contender: Contender;
  readonly problem: Problem;
  readonly index: number;
}

/** Everything to be run, the fast samplers first, then seed by seed: a comparison that is cut short has as many seeds of each. */
function piecesOf(
  problems: readonly Problem[],
  { seeds, trials, names }: RegretOptions,
  versions: string,
): Piece[] {
  const chosen = contenders
    .filter(({ name }) => names?.includes(name) ?? true)
    .map((contender) => ({
      contender,
      made: contender.ours === null ? versions : behaviourOf(contender.ours),
    }));
  return [false, true].flatMap((isSlow) =>
    Array.from({ length: seeds }, (_, i) => firstSeed + i).flatMap((seed) =>
      problems.flatMap((problem, index) =>
        chosen
          .filter(({ contender }) => (contender.isSlow ?? false) === isSlow)
          .map(({ contender, made }) => ({
            key: {
              problem: problem.name,
              contender: contender.name,
              seed,
              trials,
              made,
            },
            contender,
            problem,
            index,
          })),
      ),
    ),
  );
}

/** Runs what is not on disk yet. */
export async function runRegret(
  peer: Peer,
  problems: readonly Problem[],
  options: RegretOptions,
): Promise<void> {
  const versions = await peer.ask<string>({ do: 'versions' });
  const pieces = piecesOf(problems, options, versions).filter((_, i) => i % options.of === options.part - 1);
  const left = pieces.filter(({ key }) => readSlice(key) === null);
  console.log(`${pieces.length} runs, ${pieces.length - left.length} of them on disk`);
  for (const [done, { key, contender, problem, index }] of left.entries()) {
    const from = performance.now();
    const { ours, optuna } = contender;
    const regret = ours
      ? await runOurs(peer, { problem, index, spec: ours, key })
      : await peer.ask<number[]>({ ...key, do: 'optimise', problem: index, sampler: optuna });
    writeSlice({ ...key, regret });
    const seconds = ((performance.now() - from) / 1000).toFixed(1);
    console.log(`${done + 1}/${left.length} ${key.problem}, ${key.contender}, ${key.seed}: ${seconds} s`);
  }
}

/** The table of what is on disk, and with `picture` the curves into docs/search-regret.svg. */
export async function regretTable(
  peer: Peer,
  problems: readonly Problem[],
  { options, picture }: { options: RegretOptions; picture: boolean },
): Promise<string> {
  const versions = await peer.ask<string>({ do: 'versions' });
  const pieces = piecesOf(problems, options, versions);
  const lines: string[] = [];
  const curves: { problem: string; contender: string; mean: number[] }[] = [];
  const shown = points.filter((point) => point <= options.trials);
  for (const problem of problems) {
    lines.push(
      `**${problem.name}**`,
      '',
      `| sampler | ${shown.map((p) => `after ${p} trials`).join(' | ')} |`,
      `| --- | ${shown.map(() => '--- |').join(' ')}`,
    );
    for (const { name } of contenders) {
      const runs = pieces
        .filter(({ key }) => key.problem === problem.name && key.contender === name)
        .flatMap(({ key }) => readSlice(key) ?? []);
      if (runs.length === 0) continue;
      const row = shown.map((point) => cell(runs.map((run) => run.regret[point - 1])));
      const count = runs.length < options.seeds ? ` (${runs.length} seeds)` : '';
      lines.push(`| ${name}${count} | ${row.join(' | ')} |`);
      const mean = Array.from({ length: options.trials }, (_, t) => meanOf(runs.map((run) => run.regret[t])));
      curves.push({ problem: problem.name, contender: name, mean });
    }
    lines.push('');
  }
  if (picture)
    writeFileSync(
      fileURLToPath(new URL('../../docs/search-regret.svg', import.meta.url)),
      regretPicture(curves),
    );
  return lines.join('\n');
}
