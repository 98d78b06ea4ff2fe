import { createSampler } from '../../src/engine/samplers/create.ts';
import { closedForm, closedFormSpace } from '../../test/conformance/closedForm.ts';
import { bestSoFar, runSearch } from '../../test/conformance/search.ts';
import { cell } from './section.ts';
import { behaviourOf, readSlice, writeSlice, type SliceKey } from './slices.ts';

const shownLags = [1, 8, 16];
const points = [30, 60, 100];
const trials = 100;
const kinds = [
  { name: 'tpe', seeds: 60 },
  { name: 'gp', seeds: 20 },
  { name: 'cmaes', seeds: 60 },
] as const;

/** Mean regret on the closed form with all but the newest trials finished; searches that are on disk are not run again. */
export function lags(): string {
  const curves = (
    name: (typeof kinds)[number]['name'],
    { lag, seeds, made }: { readonly lag: number; readonly seeds: number; readonly made: string },
  ): (readonly number[])[] =>
    Array.from({ length: seeds }, (_, seed) => {
      const key: SliceKey = { problem: `closed form, lag ${lag}`, contender: name, seed, trials, made };
      const stored = readSlice(key);
      if (stored) return stored.regret;
      const history = runSearch(createSampler(name, { seed }), {
        space: closedFormSpace,
        objective: closedForm,
        trials,
        seed,
        lag,
      });
      const regret = bestSoFar(history).map((value) => value - 1);
      writeSlice({ ...key, regret });
      return regret;
    });
  const searches = kinds.map(({ name, seeds }) => ({
    name,
    seeds,
    byLag: shownLags.map((lag) => {
      const found = curves(name, { lag, seeds, made: behaviourOf(name) });
      console.log(name, `lag ${lag}`, cell(found.map((regret) => regret[points[1] - 1])));
      return found;
    }),
  }));
  return [
    `| trials | sampler (seeds) | ${shownLags.map((lag) => `lag ${lag}`).join(' | ')} |`,
    `| --- | --- | ${shownLags.map(() => '--- |').join(' ')}`,
    ...points.flatMap((point) =>
      searches.map(({ name, seeds, byLag }) => {
        const cells = byLag.map((found) => cell(found.map((regret) => regret[point - 1])));
        return `| ${point} | ${name} (${seeds}) | ${cells.join(' | ')} |`;
      }),
    ),
  ].join('\n');
}
