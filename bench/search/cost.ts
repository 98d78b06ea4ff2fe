import { createRng, hashSeed } from '../../src/engine/rng.ts';
import { createSampler } from '../../src/engine/samplers/create.ts';
import { randomConfiguration } from '../../src/engine/samplers/proposals.ts';
import { closedForm, closedFormSpace } from '../../test/conformance/closedForm.ts';
import { trialOf } from '../../test/conformance/search.ts';
import type { Peer } from './peer.ts';
import { medianOf } from './section.ts';

/** Processor time, not time on the clock: others use the machine too. In turns, after suggestions that do not count. */
export async function costs(peer: Peer): Promise<string> {
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
