import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStudy } from './parseStudy.ts';
import { searchSpaceOf } from './searchSpace.ts';

const minimal = { lstmStudy: 1, data: { file: 'prices.csv' } };

function codes(value: unknown): string[] {
  return parseStudy(typeof value === 'string' ? value : JSON.stringify(value)).issues.map(
    (i) => `${i.path.join('.')}:${i.code}`,
  );
}

describe('parseStudy', () => {
  it('fills the usual space and the defaults of the contract', () => {
    const { study, issues } = parseStudy('{ "lstmStudy": 1, /* prices */ "data": { "file": "a.csv", }, }');
    expect(issues).toEqual([]);
    expect(study).toMatchObject({
      horizon: 1,
      objective: 'u2',
      trainer: 'auto',
      earlyStopping: null,
      split: {
        test: { share: 0.15 },
        validation: { kind: 'walkForward', window: 'expanding', folds: 4, size: 0.1, gap: 0 },
      },
      hyperparameters: {
        lookback: 60,
        units: { choices: [50, 100, 150], ordered: true },
        epochs: { int: [10, 30], step: 10 },
        clipNorm: 0,
      },
      search: {
        sampler: 'auto',
        trials: 40,
        timeLimit: null,
        seed: 1,
        lag: 8,
        pruner: 'median',
        confirm: { top: 5, seeds: 5 },
        patience: null,
      },
    });
    expect(searchSpaceOf(study!).parameters.map((p) => p.name)).toEqual([
      'units',
      'layers',
      'dropout',
      'learningRate',
      'batchSize',
      'epochs',
      'optimizer',
    ]);
  });

  const cases: [string, unknown, string[]][] = [
    [
      'several mistakes at once',
      { ...minimal, horizon: 0, objective: 'rmsee', search: { trials: 1.5, sed: 3 } },
      ['horizon:tooSmall', 'objective:value', 'search.trials:type', 'search.sed:unknownKey'],
    ],
    [
      'errors of form and of meaning at once',
      {
        lstmStudy: 2,
        data: { file: 3 },
        serach: {},
        hyperparameters: {
          unit: 3,
          units: { int: [100, 50] },
          dropout: { float: [0, 0.5], log: true },
          layers: { int: [1.5, 2] },
        },
        split: { test: { from: '2017-02-30' } },
      },
      [
        'lstmStudy:value',
        'data.file:type',
        'serach:unknownKey',
        'hyperparameters.unit:unknownKey',
        'hyperparameters.units.int:lowAboveHigh',
        'hyperparameters.dropout.float.0:logNeedsPositive',
        'hyperparameters.layers.int.0:type',
        'split.test.from:noSuchDay',
      ],
    ],
    [
      'a day that does not exist',
      { ...minimal, split: { test: { from: '2017-13-45' } } },
      ['split.test.from:noSuchDay'],
    ],
    [
      'fast and slow of macd',
      { ...minimal, data: { file: 'a.csv', indicators: [{ kind: 'macd', fast: 26, slow: 12 }] } },
      ['data.indicators.0:fastNotBelowSlow'],
    ],
    [
      'options of another indicator, which would be ignored',
      {
        ...minimal,
        data: {
          file: 'a.csv',
          indicators: [
            { kind: 'rsi', period: 14, fast: 12 },
            { kind: 'macd', period: 14 },
            { kind: 'obv', column: 'close' },
            { kind: 'bollinger', column: 'close', period: 20, deviations: 2 },
          ],
        },
      },
      [
        'data.indicators.0.fast:unknownOption',
        'data.indicators.1.period:unknownOption',
        'data.indicators.2.column:unknownOption',
      ],
    ],
    ['missing data', { lstmStudy: 1 }, ['data:missing']],
    ['missing file', { lstmStudy: 1, data: {} }, ['data.file:missing']],
    ['wrong version', { ...minimal, lstmStudy: 2 }, ['lstmStudy:value']],
    ['unknown key', { ...minimal, dtaa: 1 }, ['dtaa:unknownKey']],
    [
      'low above high',
      { ...minimal, hyperparameters: { layers: { int: [3, 1] } } },
      ['hyperparameters.layers.int:lowAboveHigh'],
    ],
    [
      'log from zero',
      { ...minimal, hyperparameters: { dropout: { float: [0, 0.5], log: true } } },
      ['hyperparameters.dropout.float.0:logNeedsPositive'],
    ],
    [
      'below the limit',
      { ...minimal, hyperparameters: { learningRate: { float: [0, 0.1] } } },
      ['hyperparameters.learningRate.float.0:tooSmall'],
    ],
    [
      'no such optimizer',
      { ...minimal, hyperparameters: { optimizer: { choices: ['adam', 'adamw'] } } },
      ['hyperparameters.optimizer.choices.1:value'],
    ],
    [
      'a fractional unit',
      { ...minimal, hyperparameters: { units: { choices: [50, 60.5] } } },
      ['hyperparameters.units.choices.1:type'],
    ],
    [
      'empty choices',
      { ...minimal, hyperparameters: { units: { choices: [] } } },
      ['hyperparameters.units.choices:tooFew'],
    ],
    [
      'text for a number',
      { ...minimal, hyperparameters: { units: 'fifty' } },
      ['hyperparameters.units:type'],
    ],
    [
      'misspelt distribution',
      { ...minimal, hyperparameters: { units: { choice: [1, 2] } } },
      ['hyperparameters.units.choices:missing', 'hyperparameters.units.choice:unknownKey'],
    ],
    [
      'grid over a range',
      { ...minimal, search: { sampler: 'grid' } },
      ['hyperparameters.learningRate:gridNeedsStep'],
    ],
    [
      'sampler options',
      { ...minimal, search: { sampler: { kind: 'tpe', startup: 3 } } },
      ['search.sampler.startup:unknownKey'],
    ],
    ['unknown sampler', { ...minimal, search: { sampler: 'tpee' } }, ['search.sampler:type']],
    [
      'unknown pruner option',
      { ...minimal, search: { pruner: { kind: 'asha', eta: 3 } } },
      ['search.pruner.eta:unknownKey'],
    ],
    ['bad test date', { ...minimal, split: { test: { from: '3 April 2017' } } }, ['split.test.from:format']],
    [
      'points that no model can have',
      { ...minimal, search: { points: [{ units: 0 }, { optimizer: 'adamw', dropout: '0.2' }] } },
      [
        'search.points.0.units:pointImpossible',
        'search.points.1.optimizer:pointImpossible',
        'search.points.1.dropout:pointImpossible',
      ],
    ],
    [
      'when on a constant',
      { ...minimal, search: { when: { momentum: { optimizer: 'sgd' } } } },
      ['search.when.momentum:whenOnConstant'],
    ],
    ['not an object', [1], [':notAnObject']],
    ['nothing', '', [':empty']],
    ['not JSON', '{ "lstmStudy": 1, ', [':syntax']],
    [
      'a single configuration',
      {
        ...minimal,
        hyperparameters: {
          units: 50,
          layers: 1,
          dropout: 0.2,
          learningRate: 0.001,
          batchSize: 32,
          epochs: 10,
          optimizer: 'adam',
        },
      },
      ['hyperparameters:emptySpace'],
    ],
  ];
  it.each(cases)('names place and code: %s', (_name, value, expected) => {
    const found = codes(value);
    for (const code of expected) expect(found).toContain(code);
    expect(parseStudy(typeof value === 'string' ? value : JSON.stringify(value)).study).toBeNull();
  });

  it('runs points outside the space, and says that nothing is learnt from them', () => {
    const { study, issues } = parseStudy(
      JSON.stringify({
        ...minimal,
        hyperparameters: { optimizer: { choices: ['adam', 'sgd'] }, momentum: { float: [0.5, 0.9] } },
        search: {
          when: { momentum: { optimizer: 'sgd' } },
          points: [
            { units: 51, lookback: 7 },
            { optimizer: 'adam', momentum: 0.9 },
            { optimizer: 'sgd', momentum: 0.9 },
            { momentum: 0.6 },
          ],
        },
      }),
    );
    expect(study).not.toBeNull();
    expect(issues.map((i) => `${i.severity} ${i.path.join('.')} ${i.code}`)).toEqual([
      'warning search.points.0.units pointOutside',
      'warning search.points.0.lookback pointOutside',
      'warning search.points.1.momentum pointOutside',
    ]);
    expect(issues[2].message).toContain('searched only where optimizer is sgd');
  });

  it('offers mends that mend', () => {
    const issue = parseStudy(JSON.stringify({ ...minimal, hyperparameters: { layers: { int: [3, 1] } } }))
      .issues[0];
    expect(issue?.fix).toMatchObject({ path: ['hyperparameters', 'layers', 'int'], value: [1, 3] });
    expect(parseStudy(JSON.stringify({ ...minimal, objetcive: 'u2' })).issues[0]?.fix).toMatchObject({
      rename: 'objective',
    });
  });

  it('answers anything without throwing, within reason', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.constant('['.repeat(100_000))), (text) => {
        expect(parseStudy(text).study).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('survives edits anywhere in a valid file', () => {
    const valid = JSON.stringify({
      ...minimal,
      hyperparameters: { units: { choices: [50, 100] } },
      search: { sampler: { kind: 'tpe' }, points: [{ units: 50 }] },
    });
    fc.assert(
      fc.property(fc.nat(valid.length), fc.nat(12), fc.string({ maxLength: 8 }), (at, cut, insert) => {
        const { study, issues } = parseStudy(valid.slice(0, at) + insert + valid.slice(at + cut));
        expect(study !== null || issues.some((i) => i.severity === 'error' && i.message.length > 10)).toBe(
          true,
        );
      }),
      { numRuns: 500 },
    );
  });
});
