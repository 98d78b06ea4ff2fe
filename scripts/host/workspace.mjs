// A folder to test in: 700 rows of real prices and a study that takes seconds, with comments that must survive every edit.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const rows = 700;

export function tinyStudy({ trials = 4, epochs = 2, units = 4, name = 'Tiny' } = {}) {
  return `// A study for tests.
{
  "lstmStudy": 1,
  "name": ${JSON.stringify(name)},
  "data": {
    "file": "prices.csv",
    "price": "adjclose" // split-adjusted
  },
  "split": { "validation": { "kind": "walkForward", "folds": 2 } },
  "hyperparameters": {
    "lookback": 5,
    /* cells */ "units": { "choices": [${units}, ${units * 2}], "ordered": true },
    "layers": 1,
    "dropout": { "float": [0, 0.4], "step": 0.1 },
    "learningRate": { "float": [0.001, 0.1], "log": true },
    "batchSize": 64,
    "epochs": ${epochs},
    "optimizer": "adam"
  },
  "search": { "sampler": "random", "trials": ${trials}, "pruner": "none", "confirm": { "top": 1, "seeds": 2 } }
}
`;
}

/** Makes the folder anew. */
export function makeWorkspace(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const source = join(top, 'node_modules', 'vega-datasets', 'data', 'sp500-2000.csv');
  const lines = readFileSync(source, 'utf8').split('\n');
  writeFileSync(join(folder, 'prices.csv'), `${lines.slice(0, rows + 1).join('\n')}\n`);
  writeFileSync(join(folder, 'tiny.lstm.json'), tinyStudy());
  return folder;
}

/** Two folders and the workspace file that opens both; answers the file. */
export function makeTwoFolders(folder) {
  for (const name of ['first', 'second']) {
    makeWorkspace(join(folder, name));
    writeFileSync(
      join(folder, name, 'tiny.lstm.json'),
      tinyStudy({ name: name === 'first' ? 'First' : 'Second' }),
    );
  }
  const file = join(folder, 'both.code-workspace');
  writeFileSync(file, JSON.stringify({ folders: [{ path: 'first' }, { path: 'second' }] }));
  return file;
}

/** A workspace file whose only folder is the one in memory of test/vscode/virtual. */
export function makeVirtualWorkspace(folder) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'memory.code-workspace');
  writeFileSync(file, JSON.stringify({ folders: [{ uri: 'memory:/prices', name: 'prices' }] }));
  return file;
}

/** The long series and the sample study, for pictures. */
export function makeExampleWorkspace(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(
    join(top, 'node_modules', 'vega-datasets', 'data', 'sp500-2000.csv'),
    join(folder, 'sp500.csv'),
  );
  copyFileSync(join(top, 'examples', 'sp500-quick.lstm.json'), join(folder, 'sp500.lstm.json'));
  return folder;
}
