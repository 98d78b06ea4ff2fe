import type { DataReport } from '../../model/dataReport.ts';

export type Thoroughness = 'quick' | 'standard' | 'thorough';

interface Budget {
  readonly trials: number;
  readonly folds: number;
  readonly confirm: { readonly top: number; readonly seeds: number };
  readonly label: string;
  readonly detail: string;
}

export const budgets: Readonly<Record<Thoroughness, Budget>> = {
  quick: {
    trials: 12,
    folds: 2,
    confirm: { top: 3, seeds: 3 },
    label: 'Quick',
    detail: '12 trials, 2 folds, 10 epochs, 50 units: minutes',
  },
  standard: {
    trials: 40,
    folds: 4,
    confirm: { top: 5, seeds: 5 },
    label: 'Standard',
    detail: '40 trials, 4 folds, the usual ranges, the best five on five fresh seeds',
  },
  thorough: {
    trials: 200,
    folds: 5,
    confirm: { top: 5, seeds: 10 },
    label: 'Thorough',
    detail: '200 trials, 5 folds, the best five on ten fresh seeds: hours',
  },
};

export interface NewStudy {
  readonly name: string;
  /** As it is written into the file: relative to the study. */
  readonly dataFile: string;
  readonly date: string;
  readonly price: string;
  readonly horizon: number;
  readonly thoroughness: Thoroughness;
  /** Column beside the price that goes in as logDiff1p; null for none. */
  readonly volume: string | null;
}

/** The text of a new study file: every part is written out, with a word where one may want to change something. */
export function newStudyText(study: NewStudy): string {
  const budget = budgets[study.thoroughness];
  const quote = (text: string): string => JSON.stringify(text);
  const features = [
    `{ "column": ${quote(study.price)}, "transform": "logReturn" }`,
    ...(study.volume === null ? [] : [`{ "column": ${quote(study.volume)}, "transform": "logDiff1p" }`]),
  ];
  const isQuick = study.thoroughness === 'quick';
  return `{
  "lstmStudy": 1,
  "name": ${quote(study.name)},
  "data": {
    "file": ${quote(study.dataFile)},
    "date": ${quote(study.date)},
    "price": ${quote(study.price)}, // what is forecast and scored
    "features": [
      ${features.join(',\n      ')}
    ],
    "forecast": "logReturn"
  },
  "horizon": ${study.horizon},
  "split": {
    "test": { "share": 0.15 }, // sealed until you test
    "validation": { "kind": "walkForward", "window": "expanding", "folds": ${budget.folds} }
  },
  "hyperparameters": {
    "lookback": ${isQuick ? 20 : 60},
    "units": ${isQuick ? '50' : '{ "choices": [50, 100, 150], "ordered": true }'},
    "layers": { "int": [1, 3] },
    "dropout": { "float": [0.2, 0.5], "step": 0.1 },
    "learningRate": { "float": [0.001, 0.1], "log": true },
    "batchSize": { "choices": [32, 64, 128], "ordered": true },
    "epochs": ${isQuick ? '10' : '{ "int": [10, 30], "step": 10 }'},
    "optimizer": { "choices": ["adam", "rmsprop", "sgd"] }
  },
  "objective": "u2", // error over that of repeating the last price: below 1 is better
  "search": {
    "sampler": "auto",
    "trials": ${budget.trials},
    "seed": 1,
    "confirm": { "top": ${budget.confirm.top}, "seeds": ${budget.confirm.seeds} }
  }
}
`;
}

/** A column of traded volume, if the data has one. */
export function volumeColumn(report: DataReport): string | null {
  return (
    report.columns.find((column) => column.kind === 'number' && /^vol(ume)?$/i.test(column.name))?.name ??
    null
  );
}

/** Columns that can be forecast, the engine's choice first. */
export function priceColumns(report: DataReport): string[] {
  const numeric = report.columns.filter((column) => column.kind === 'number').map((column) => column.name);
  return [...numeric].sort((a, b) => Number(b === report.price?.column) - Number(a === report.price?.column));
}

/** "5,104 rows, 2000-01-03 to 2020-04-17, no gaps" */
export function dataSentence(report: DataReport): string {
  const gaps =
    report.gapCount === 0
      ? 'no gap above a week'
      : `${report.gapCount} ${report.gapCount === 1 ? 'gap' : 'gaps'} above a week`;
  const missing = report.missingRows === 0 ? '' : `, ${report.missingRows} rows with missing values`;
  return `${report.rows.toLocaleString('en-US')} rows, ${report.dates.first} to ${report.dates.last}, ${gaps}${missing}`;
}
