import { readFileSync } from 'node:fs';
import { paramsSchema, hyperparameterNames, type Params } from '../../../src/model/hyperparameters.ts';
import { paramsKey, searchSpaceOf, type SearchSpace } from '../../../src/model/searchSpace.ts';
import { parseStudy } from '../../../src/model/parseStudy.ts';

interface Recorded {
  readonly about: {
    readonly searched: readonly string[];
    readonly constants: Params;
  };
  readonly trials: readonly {
    /** Values of the searched hyperparameters. */
    readonly params: readonly (string | number)[];
    /** Mean over the folds of the error over that of repeating the last price. */
    readonly value: number;
    /** By fold, by epoch. */
    readonly curves: readonly (readonly number[])[];
  }[];
}

export interface RecordedTrial {
  readonly value: number;
  readonly curves: readonly (readonly number[])[];
}

/** Real learning curves of a whole grid (record.ts), to be looked up instead of trained. */
export interface RecordedGrid {
  readonly space: SearchSpace;
  readonly folds: number;
  readonly epochs: number;
  readonly least: number;
  readonly median: number;
  trialOf(params: Params): RecordedTrial;
}

export function recordedGrid(): RecordedGrid {
  const text = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
  const { about, trials } = JSON.parse(text('recorded.json')) as Recorded; // written by record.ts
  const { study } = parseStudy(text('grid.lstm.json'));
  if (!study) throw new Error('grid.lstm.json is no study');
  const byKey = new Map(
    trials.map((trial): [string, RecordedTrial] => {
      const searched = about.searched.map((name, i) => [name, trial.params[i]]);
      const params = paramsSchema.parse({ ...about.constants, ...Object.fromEntries(searched) });
      return [paramsKey(params), trial];
    }),
  );
  const values = Float64Array.from(trials, (trial) => trial.value).sort();
  return {
    space: searchSpaceOf(study),
    folds: trials[0].curves.length,
    epochs: about.constants.epochs,
    least: values[0],
    median: values[Math.floor(values.length / 2)],
    trialOf: (params) => {
      const found = byKey.get(paramsKey(params));
      if (!found) throw new Error(`no curve of ${hyperparameterNames.map((name) => params[name]).join(' ')}`);
      return found;
    },
  };
}
