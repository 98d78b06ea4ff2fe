import { createRng, hashSeed } from '../../src/engine/rng.ts';
import { createSampler, type ResolvedSamplerSpec } from '../../src/engine/samplers/create.ts';
import type { Trial } from '../../src/model/trial.ts';
import { meanOf, trialOf } from '../../test/conformance/search.ts';
import { pairs } from './contenders.ts';
import type { Peer, Problem } from './peer.ts';
import { pointOf, spaceOf } from './problemSpace.ts';
import { medianOf } from './section.ts';

const trials = 40;
const seed = 1000;
/** Start-up trials are drawn, not modelled: they are not counted. */
const startup = 10;
const warmUp = 3;

/**
 * Processor milliseconds a suggestion, ours and Optuna's in turns: trial n of one, trial n of the other, each in its own search. The
 * first pair of searches is for the compilers and imports.
 */
export async function speeds(peer: Peer, problems: readonly Problem[]): Promise<string> {
  const lines = [
    '| problem | sampler | ours, min / median / mean ms | Optuna, min / median / mean ms | ratio of the means |',
    '| --- | --- | --- | --- | --- |',
  ];
  for (const [index, problem] of problems.entries())
    for (const [{ name, ours }, { optuna }] of pairs) {
      if (ours === null || optuna === null) continue;
      await inTurns(peer, { index, problem, ours, optuna, trials: startup + warmUp });
      const times = await inTurns(peer, { index, problem, ours, optuna, trials });
      const text = (of: readonly number[]): string =>
        `${Math.min(...of).toFixed(2)} / ${medianOf(of).toFixed(2)} / ${meanOf(of).toFixed(2)}`;
      const ratio = meanOf(times.ours) / meanOf(times.theirs);
      lines.push(
        `| ${problem.name} | ${name} | ${text(times.ours)} | ${text(times.theirs)} | ${ratio.toFixed(2)} |`,
      );
      console.log(lines.at(-1));
    }
  return lines.join('\n');
}

interface Turn {
  readonly index: number;
  readonly problem: Problem;
  readonly ours: ResolvedSamplerSpec;
  readonly optuna: string;
  readonly trials: number;
}

async function inTurns(
  peer: Peer,
  { index, problem, ours: spec, optuna, trials: count }: Turn,
): Promise<{ ours: number[]; theirs: number[] }> {
  const space = spaceOf(problem);
  const sampler = createSampler(spec, { seed });
  const history: Trial[] = [];
  const ours: number[] = [];
  const theirs: number[] = [];
  await peer.ask({ do: 'open', sampler: optuna, seed });
  for (let number = 0; number < count; number++) {
    const rng = createRng(hashSeed(seed, 'sampler', number));
    const before = process.cpuUsage();
    const params = sampler.suggest(space, history, number, rng);
    const { user, system } = process.cpuUsage(before);
    if (!params) throw new Error(`nothing left to propose on ${problem.name}`);
    const { regret } = await peer.ask<{ regret: number }>({
      do: 'evaluate',
      problem: index,
      x: pointOf(problem, params),
    });
    history.push(trialOf(number, params, regret));
    const answer = await peer.ask<{ ms: number }>({ do: 'step', problem: index });
    if (number < startup) continue;
    ours.push((user + system) / 1000);
    theirs.push(answer.ms);
  }
  return { ours, theirs };
}
