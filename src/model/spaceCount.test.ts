import { expect, test } from 'vitest';
import { combinationsOf } from './combinations.ts';
import { parseConstraints, satisfies } from './constraints.ts';
import { neutralParams } from './neutralParams.ts';
import type { Distribution, SearchSpace } from './searchSpace.ts';
import { countSpace, type SpaceCount } from './spaceCount.ts';

const int = (low: number, high: number, step = 1): Distribution => ({
  kind: 'int',
  low,
  high,
  step,
  log: false,
});
const rate: Distribution = { kind: 'float', low: 0.001, high: 0.1, step: null, log: true };

const shapes: SearchSpace['parameters'] = [
  { name: 'units', distribution: int(50, 150, 50), when: null },
  { name: 'layers', distribution: int(1, 3), when: null },
];
const space: SearchSpace = {
  parameters: [
    ...shapes,
    {
      name: 'optimizer',
      distribution: { kind: 'categorical', choices: ['adam', 'sgd'], ordered: false },
      when: null,
    },
    {
      name: 'momentum',
      distribution: { kind: 'float', low: 0, high: 0.9, step: 0.3, log: false },
      when: { optimizer: ['sgd'] },
    },
  ],
  constants: neutralParams,
  constraints: [],
};

function count(of: SearchSpace, texts: readonly string[], limit = 1000): SpaceCount {
  return countSpace(of, parseConstraints(texts).constraints, limit);
}

test('distinct configurations of a discrete space are counted', () => {
  // 9 shapes x (adam + sgd with 4 momenta) = 45; 150 x 3 is the only shape above 300.
  expect(count(space, ['units * layers <= 300'])).toEqual({ share: (8 / 9) * 1, left: 40, isExact: true });
  expect(count(space, [])).toEqual({ share: 1, left: 45, isExact: true });
  expect(combinationsOf(space)?.count).toBe(72);
});

test('a group that is tied by a constraint is counted by itself: exact in a space of millions', () => {
  const large: SearchSpace = {
    ...space,
    parameters: [
      { name: 'lookback', distribution: int(1, 1000), when: null },
      ...space.parameters,
      { name: 'epochs', distribution: int(1, 1000), when: null },
    ],
  };
  expect(count(large, ['units * layers <= 300'])).toEqual({ share: 8 / 9, left: 40e6, isExact: true });
  const { left, isExact } = count(large, [
    'lookback <= 3',
    'epochs % 2 == 0',
    'momentum < 0.5 || layers == 1',
  ]);
  // sgd has 2 momenta below 0.5 in 2 layers and 3, all 4 in one: 3 x (1 + 4) + 6 x (1 + 2) = 33 shapes.
  expect({ left, isExact }).toEqual({ left: 33 * 3 * 500, isExact: true });
});

test('the same as looking at every combination of the whole space', () => {
  const texts = ['units + 100 * layers != 250', 'momentum < 0.5 || units == 50', 'batchSize == 32'];
  const { constraints } = parseConstraints(texts);
  const all = combinationsOf(space)!;
  let left = 0;
  for (let i = 0; i < all.count; i++) {
    const params = all.at(i);
    if (params && satisfies(constraints, params)) left++;
  }
  expect(count(space, texts).left).toBe(left);
});

test('above the limit it is an estimate, and says so', () => {
  const large: SearchSpace = {
    ...space,
    parameters: [
      { name: 'units', distribution: int(1, 1000), when: null },
      { name: 'layers', distribution: int(1, 1000), when: null },
    ],
  };
  const { share, left, isExact } = count(large, ['units <= layers']);
  expect(isExact).toBe(false);
  expect(share).toBeCloseTo(0.5, 1);
  expect(left! / 500_500).toBeCloseTo(1, 1);
});

test('a space without end has a share, and no count; what is not tied does not blur it', () => {
  const continuous: SearchSpace = {
    ...space,
    parameters: [...shapes, { name: 'learningRate', distribution: rate, when: null }],
  };
  const { share, left } = count(continuous, ['learningRate < 0.01', 'units == 50']);
  expect(left).toBeNull();
  expect(share).toBeCloseTo(1 / 6, 2);
  expect(count(continuous, ['units == 50'])).toEqual({ share: 1 / 3, left: null, isExact: true });
});

test('a part that is counted and empty empties the space, whatever is estimated beside it', () => {
  const estimated: SearchSpace = {
    ...space,
    parameters: [
      ...shapes,
      { name: 'learningRate', distribution: rate, when: null },
      { name: 'dropout', distribution: { ...rate, low: 0.1, high: 0.5 }, when: null },
    ],
  };
  expect(count(estimated, ['units > 200', 'learningRate < dropout'])).toEqual({
    share: 0,
    left: 0,
    isExact: true,
  });
});

test('a constraint on constants alone holds everywhere or nowhere', () => {
  expect(count(space, ['batchSize == 64'])).toEqual({ share: 0, left: 0, isExact: true });
  expect(count(space, ['batchSize == 32']).left).toBe(45);
});
