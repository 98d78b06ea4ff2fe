import { expect, test } from 'vitest';
import { combinationsOf } from './combinations.ts';
import { constraintIssues } from './constraintIssues.ts';
import { parseConstraint } from './constraints.ts';
import { neutralParams } from './neutralParams.ts';
import type { SearchSpace } from './searchSpace.ts';

const params = { ...neutralParams, units: 100, layers: 2, learningRate: 0.01, optimizer: 'sgd' } as const;

function evaluate(text: string): boolean | string {
  const parsed = parseConstraint(text);
  return 'error' in parsed ? parsed.error : parsed.holds(params);
}

test.each([
  ['units * layers <= 300', true],
  ['units * layers < 200', false],
  ['optimizer == "sgd" && learningRate >= 0.01', true],
  ["!(optimizer == 'adam') || layers === 1", true],
  ['optimizer != "sgd" || momentum > 0', false],
  ['abs(log10(learningRate) + 2) < 1e-9', true],
  ['min(units, batchSize) == 32', true],
  ['max(1, 2, 3) == 3 && floor(2.5) == 2 && ceil(2.5) == 3 && round(2.4) == 2', true],
  ['units % 50 == 0 && 2 ** layers == 4 && sqrt(4) == log2(4)', true],
  ['-units + +layers < 0', true],
  ['dropout / 0 > 1', false],
])('%s is %s', (text, expected) => {
  expect(evaluate(text)).toBe(expected);
});

test.each([
  ['unit * 2 <= 3', /no hyperparameter "unit"; did you mean "units"/],
  ['volume > 3', /no hyperparameter "volume"; there are lookback, units/],
  ['units * 2', /true or false/],
  ['optimizer < 3', /needs a number, not a text/],
  ['optimizer == 3', /compares a text with a number/],
  ['units <= ', /cannot be read/],
  ['units = 50', /cannot be read.*Equal is written "=="/],
  ['process.exit(1) == 0', /no function/],
  ['constructor("x") == 1', /no function "constructor"/],
  ['units["constructor"] == 1', /Only numbers/],
  ['toString == 1', /no hyperparameter/],
  ['units & 1', /cannot be used/],
  ['log10() < 1', /takes 1 number/],
  ['units layers', /Only numbers|cannot be read/],
  ['null == 1', /neither a number/],
])('%s is refused', (text, message) => {
  expect(evaluate(text)).toMatch(message);
});

const space = (constraints: readonly string[]): SearchSpace => ({
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
      distribution: { kind: 'float', low: 0, high: 0.9, step: 0.3, log: false },
      when: { optimizer: ['sgd'] },
    },
  ],
  constants: neutralParams,
  constraints,
});

test('a space that is emptied, or nearly, is an issue', () => {
  expect(constraintIssues(space(['units <= 300']))).toEqual([]);
  expect(constraintIssues(space(['units > 200'])).map((i) => i.code)).toEqual(['constraintsEmpty']);
  expect(constraintIssues(space(['units >'])).map((i) => i.code)).toEqual(['constraintInvalid']);
  const rate: SearchSpace['parameters'][number] = {
    name: 'learningRate',
    distribution: { kind: 'float', low: 0.001, high: 0.1, step: null, log: true },
    when: null,
  };
  const texts = (constraint: string): string[] =>
    constraintIssues({ ...space([constraint]), parameters: [...space([]).parameters, rate] }).map(
      (i) => `${i.severity}: ${i.message}`,
    );
  expect(texts('learningRate < 0.00102')[0]).toMatch(/^warning: The constraints leave 0\.\d+ % of the space/);
  // An estimate of nothing is no proof of nothing.
  expect(texts('learningRate < 0.0010001')[0]).toMatch(/^warning: None of 1,000 .* perhaps nothing/);
});

test('every combination is found again by its index, and repeats are passed over', () => {
  const combinations = combinationsOf(space([]))!;
  const seen = new Set<string>();
  for (let i = 0; i < combinations.count; i++) {
    const found = combinations.at(i);
    if (!found) continue;
    seen.add(JSON.stringify(found));
    expect(combinations.indexOf(found)).toBe(i);
  }
  expect(seen.size).toBe(45);
});
