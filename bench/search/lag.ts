import { createSampler } from '../../src/engine/samplers/create.ts';
import { closedForm, closedFormSpace } from '../../test/conformance/closedForm.ts';
import { bestSoFar, runSearch } from '../../test/conformance/search.ts';
import { cell } from './section.ts';

export function lags(): string {
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
