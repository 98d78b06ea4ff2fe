import { hyperparameterNames } from '../../../model/hyperparameters.ts';
import type { Experiment, ScalerState } from '../../../model/experiment.ts';
import type { Trial } from '../../../model/trial.ts';
import type { Block, Section } from '../document.ts';
import { counted, objectiveName, percentText, significant } from '../numbers.ts';
import { subjectOf, type ReportSource } from '../source.ts';
import { repeatingBlocks } from './repeating.ts';
import { tookText } from './search.ts';

type Fact = readonly [string, string];

/** 9: everything needed to know what was done and to do it again. */
export function infoSection(source: ReportSource): Section {
  const { experiment } = source;
  const trial = subjectOf(source);
  const blocks: Block[] = [
    { kind: 'facts', facts: [...dataFacts(source), ...modelFacts(source), ...runFacts(source)] },
    splitTable(experiment),
    ...(trial ? [paramsTable(source, trial)] : []),
    ...repeatingBlocks(source, trial),
  ];
  return { id: 'info', title: 'Information sheet', blocks };
}

function dataFacts({ experiment, dataReport }: ReportSource): readonly Fact[] {
  const { study, resolved, rows, dataHash } = experiment;
  const where = Object.entries(study.data.where ?? {}).map(([column, value]) => `${column} = ${value}`);
  const report: Fact[] = dataReport
    ? [
        ['Rows left out', `${counted(dataReport.missingRows, 'row')} with a missing value; none filled`],
        ['Unchanged prices', `${percentText(dataReport.zeroChangeShare)} of the days`],
        ['Gaps over 7 days', String(dataReport.gapCount)],
        [
          'Suspected splits',
          dataReport.suspectedSplits.map((s) => `${s.date} ratio ${significant(s.ratio, 3)}`).join(', ') ||
            'none',
        ],
      ]
    : [];
  return [
    ['Data file', `${study.data.file}${where.length > 0 ? ` where ${where.join(', ')}` : ''}`],
    ['Data hash (SHA-256)', dataHash],
    ['Rows', `${rows.count.toLocaleString('en')}, ${rows.firstDate} to ${rows.lastDate}`],
    [
      'Price',
      `${resolved.price}${study.data.adjust === undefined ? '' : `; open, high, low, close adjusted by ${study.data.adjust}`}`,
    ],
    ...report,
  ];
}

function modelFacts({ experiment: { study, resolved, folds }, model }: ReportSource): readonly Fact[] {
  return [
    ['Inputs', resolved.inputs.join(', ')],
    ['Target', `${targetText(study.data.forecast)}; ${counted(study.horizon, 'step')} ahead, all at once`],
    [
      'Scaler',
      `${study.data.scaler}, fitted on each fold’s train rows only${folds[0] ? `; in fold 1: ${scalerText(folds[0].scaler)}` : ''}`,
    ],
    ['Window', 'rows t−lookback+1 to t of the inputs; train targets end before validation begins'],
    [
      'Objective',
      `${objectiveName(study.objective)}, mean over horizon steps and folds, in units of the price`,
    ],
    [
      'Early stopping',
      study.earlyStopping
        ? `after ${study.earlyStopping.patience} epochs, watched on the tail of train; ${model ? `the refits had ${counted(model.params.epochs, 'epoch')}, the mean that the folds kept, on all search rows` : 'refits have none, but the mean number of epochs that the folds kept'}`
        : 'none: the number of epochs is searched',
    ],
  ];
}

function targetText(forecast: Experiment['study']['data']['forecast']): string {
  switch (forecast) {
    case 'logReturn':
      return 'log-return, turned back to a price from the last known one';
    case 'windowRelative':
      return 'log of the price over the last price of the window';
    case 'price':
      return 'raw price (leaves the range it was trained on when prices grow)';
  }
}

const scalersShown = 3;

function scalerText({ columns, center, scale }: ScalerState): string {
  const shown = columns
    .slice(0, scalersShown)
    .map((name, i) => `${name} center ${significant(center[i])} scale ${significant(scale[i])}`);
  const more = columns.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function runFacts(source: ReportSource): readonly Fact[] {
  const { experiment, result, model, version, madeAt } = source;
  const { resolved, study, environment } = experiment;
  const took = tookText(source);
  return [
    ['Experiment', `${experiment.id}, made ${experiment.createdAt}${took === null ? '' : `, took ${took}`}`],
    ['Study hash (SHA-256)', experiment.studyHash],
    [
      'Trainer',
      `${resolved.variant.trainer}, build ${resolved.variant.build}, digest ${resolved.variant.digest}`,
    ],
    ['Search seed', String(study.search.seed)],
    ['Refit seeds', result ? result.seeds.map((s) => s.seed).join(', ') : 'not refitted'],
    ...(model ? [['Model weights (SHA-256)', model.weights.sha256] as const] : []),
    ...(result ? [['Tested', result.testedAt] as const] : []),
    [
      'Versions',
      [
        `report ${version}`,
        ...Object.entries(environment)
          .filter(([k]) => k !== 'elapsedMs')
          .map(([k, v]) => `${k === 'version' ? 'engine' : k} ${valueText(v)}`),
      ].join(', '),
    ],
    ['Report made', madeAt],
  ];
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function splitTable({ folds, test }: Experiment): Block {
  return {
    kind: 'table',
    caption: 'Split, in rows (first row included, last row not) and dates',
    head: ['Block', 'train rows', 'rows', 'from', 'to'],
    rows: [
      ...folds.map((f) => [
        `Fold ${f.fold + 1}`,
        `${f.train.from} to ${f.train.to}`,
        `${f.validation.from} to ${f.validation.to}`,
        f.validation.firstDate,
        f.validation.lastDate,
      ]),
      ['Test', `0 to ${test.from}`, `${test.from} to ${test.to}`, test.firstDate, test.lastDate],
    ],
  };
}

function paramsTable({ experiment }: ReportSource, trial: Trial): Block {
  return {
    kind: 'table',
    caption: `Hyperparameters of trial #${trial.number}, and how each was searched`,
    head: ['Hyperparameter', 'value', 'searched'],
    rows: hyperparameterNames.map((name) => [
      name,
      String(trial.params[name]),
      searchedText(experiment.study.hyperparameters[name]),
    ]),
  };
}

function searchedText(
  written: Experiment['study']['hyperparameters'][keyof Experiment['study']['hyperparameters']],
): string {
  if (typeof written !== 'object') return 'constant';
  if ('choices' in written) return written.choices.join(', ');
  const [low, high] = 'int' in written ? written.int : written.float;
  return `${low} to ${high}${written.step === undefined ? '' : ` by ${written.step}`}${written.log === true ? ', log' : ''}`;
}
