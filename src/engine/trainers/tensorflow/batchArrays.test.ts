import { expect, it } from 'vitest';
import { maskKeys, maskValue } from '../dropoutMask.ts';
import { maskOf } from './batchArrays.ts';

it.each([
  ['all steps of a layer', 0, 7],
  ['the last step only', 6, 1],
])('a mask of %s is maskValue at each place', (_name, firstStep, steps) => {
  const keys = maskKeys(3, 41, 1, 'output');
  const part = { rate: 0.3, firstStep, steps, samples: 5, units: 11 };
  const mask = maskOf(keys, part);
  const expected: number[] = [];
  for (let t = firstStep; t < firstStep + steps; t++)
    for (let sample = 0; sample < 5; sample++)
      for (let unit = 0; unit < 11; unit++)
        expected.push(Math.fround(maskValue(keys, 0.3, { t, unit, sample, units: 11 })));
  expect([...mask]).toEqual(expected);
  // broken twin: the mask of the step before
  expect([...maskOf(maskKeys(3, 40, 1, 'output'), part)]).not.toEqual(expected);
});
