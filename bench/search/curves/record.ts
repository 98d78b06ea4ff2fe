// The learning curves on which pruners are compared (bench/search/pruning.ts), out of an experiment of grid.lstm.json:
//   node dist/engine/cli.mjs run bench/search/curves/grid.lstm.json --store <folder>      (about 25 minutes of one core)
//   node bench/search/curves/record.ts <folder>/<experiment>
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readExperiment, readTrials } from '../../../src/engine/store/experimentReader.ts';
import { hyperparameterNames } from '../../../src/model/hyperparameters.ts';

const [folder] = process.argv.slice(2);
const experiment = await readExperiment(folder);
if (experiment.kind !== 'read') throw new Error(`${folder} holds no experiment that can be read`);
const { documents } = await readTrials(folder);
const searched = hyperparameterNames.filter(
  (name) => new Set(documents.map((trial) => trial.params[name])).size > 1,
);
const lines = documents.map((trial) => {
  if (trial.state !== 'complete') throw new Error(`trial ${trial.number} is ${trial.state}, not complete`);
  return JSON.stringify({
    params: searched.map((name) => trial.params[name]),
    value: trial.value,
    curves: trial.folds.map((fold) => fold.curve.validation),
  });
});
const { resolved, dataHash, rows } = experiment.value;
const head = { searched, constants: documents[0].params, rows, dataHash, variant: resolved.variant };
writeFileSync(
  fileURLToPath(new URL('recorded.json', import.meta.url)),
  `{\n"about": ${JSON.stringify(head)},\n"trials": [\n${lines.join(',\n')}\n]\n}\n`,
);
