import { expect, test } from 'vitest';
import { neutralParams } from '../../model/neutralParams.ts';
import type { SearchSpace } from '../../model/searchSpace.ts';
import type { SearchSpec } from '../../model/searchSpec.ts';
import type { Trial } from '../../model/trial.ts';
import { createRng, hashSeed } from '../rng.ts';
import { resolveAuto } from './auto.ts';
import { createSampler } from './create.ts';
import { propose } from './propose.ts';

const space: SearchSpace = {
  parameters: [
    {
      name: 'units',
      distribution: { kind: 'categorical', choices: [50, 100, 150], ordered: true },
      when: null,
    },
    { name: 'layers', distribution: { kind: 'int', low: 1, high: 3, step: 1, log: false }, when: null },
    {
      name: 'optimizer',
      distribution: { kind: 'categorical', choices: ['adam', 'sgd'], ordered: false },
      when: null,
    },
    {
      name: 'momentum',
      distribution: { kind: 'float', low: 0.3, high: 0.9, step: 0.3, log: false },
      when: { optimizer: ['sgd'] },
    },
  ],
  constants: neutralParams,
  constraints: ['units * layers <= 300'],
};

function run(kind: 'grid' | 'random', points: SearchSpec['points'], from: readonly Trial[] = []): Trial[] {
  const history = [...from];
  for (let number = history.length; ; number++) {
    const proposal = propose({
      sampler: createSampler(kind, { seed: 1 }),
      source: kind === 'grid' ? 'grid' : 'sampler',
      space,
      points,
      history,
      number,
      rng: createRng(hashSeed(1, 'sampler', number)),
    });
    if (!proposal) return history;
    history.push({
      format: 1,
      number,
      state: 'running',
      params: proposal.params,
      source: proposal.source,
      amendment: 0,
      value: null,
      seed: 0,
      folds: [],
    });
  }
}

const summary = ({ params }: Trial): string =>
  `${params.units} ${params.layers} ${params.optimizer} ${params.momentum}`;

test('a grid: fixed order, inactive hyperparameters once, no excluded combination, and it ends', () => {
  const trials = run('grid', []);
  expect(trials).toHaveLength(32);
  expect(trials.slice(0, 5).map(summary)).toEqual([
    '50 1 adam 0',
    '50 1 sgd 0.3',
    '50 1 sgd 0.6',
    '50 1 sgd 0.9',
    '50 2 adam 0',
  ]);
  expect(trials.some(({ params }) => params.units * params.layers > 300)).toBe(false);
});

test('a grid goes on where it was left, and fills what is missing', () => {
  const whole = run('grid', []);
  expect(run('grid', [], whole.slice(0, 13)).map(summary)).toEqual(whole.map(summary));
  const withHole = whole.filter((_, i) => i !== 3).slice(0, 9);
  expect(summary(run('grid', [], withHole)[9])).toBe(summary(whole[3]));
});

test("the user's points come first, partial ones are filled, repeated whole ones passed over", () => {
  const points: SearchSpec['points'] = [
    { units: 150, layers: 3, optimizer: 'adam' }, // breaks the constraint: run as written
    { units: 100, layers: 1, optimizer: 'sgd', momentum: 0.6 },
    { units: 100, layers: 1, optimizer: 'sgd', momentum: 0.6 },
    { lookback: 30, optimizer: 'sgd' }, // outside the space, and only half said
  ];
  const trials = run('random', points);
  const first = trials.filter((trial) => trial.source === 'point');
  expect(first.map((trial) => trial.number)).toEqual([0, 1, 2]);
  expect(first.slice(0, 2).map(summary)).toEqual(['150 3 adam 0', '100 1 sgd 0.6']);
  expect(first[2].params).toMatchObject({ lookback: 30, optimizer: 'sgd' });
  expect([0.3, 0.6, 0.9]).toContain(first[2].params.momentum);
  // Of the 32 configurations one was a point; the other two points lie outside.
  expect(trials).toHaveLength(3 + 31);
});

test('points added to a running search come next', () => {
  const before = run('grid', [{ units: 50, layers: 1, optimizer: 'adam' }]).slice(0, 4);
  const points: SearchSpec['points'] = [
    { units: 50, layers: 1, optimizer: 'adam' },
    { units: 150, layers: 2, optimizer: 'adam' },
  ];
  const after = run('grid', points, before);
  expect(after[4].source).toBe('point');
  expect(summary(after[4])).toBe('150 2 adam 0');
  expect(after[5].source).toBe('grid');
});

test('auto takes a grid that the budget reaches, gp for few trials on numbers, else tpe, and says why', () => {
  const continuous: SearchSpace = {
    ...space,
    parameters: [
      ...space.parameters.slice(0, 2),
      {
        name: 'learningRate',
        distribution: { kind: 'float', low: 0.001, high: 0.1, step: null, log: true },
        when: null,
      },
    ],
  };
  const choice = (of: SearchSpace, budget: number, lag = 8): string => {
    const { kind, reason } = resolveAuto(of, { budget, lag });
    expect(reason.startsWith(`${kind}: `)).toBe(true);
    return kind;
  };
  expect(choice(space, 32)).toBe('grid');
  expect(choice(space, 31)).toBe('tpe'); // conditional
  expect(choice(continuous, 40)).toBe('gp');
  expect(choice(continuous, 10)).toBe('tpe');
  // A model chooses from trial 9 + lag on: at least 20 trials must be left to it.
  expect([30, 29].map((budget) => choice(continuous, budget, 1))).toEqual(['gp', 'tpe']);
  expect([37, 36].map((budget) => choice(continuous, budget, 8))).toEqual(['gp', 'tpe']);
  expect([45, 44].map((budget) => choice(continuous, budget, 16))).toEqual(['gp', 'tpe']);
  expect(choice(continuous, 1000)).toBe('tpe');
  expect(choice({ ...space, parameters: [] }, 5)).toBe('grid');
});
