import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyParams } from './applyParams.ts';
import { parseStudy } from './parseStudy.ts';
import { neutralParams } from './neutralParams.ts';
import { searchSpaceOf } from './searchSpace.ts';

const params = {
  ...neutralParams,
  lookback: 20,
  units: 25,
  layers: 2,
  dropout: 0.3,
  learningRate: 0.00187,
  batchSize: 64,
  epochs: 8,
  optimizer: 'sgd',
  momentum: 0.9,
} as const;

/** A study that has the params as its only configuration. */
function expectOnlyThese(text: string): void {
  const { study, issues } = parseStudy(text);
  expect(issues.filter((issue) => issue.severity === 'error')).toEqual([]);
  const space = searchSpaceOf(study!);
  expect(space.parameters).toEqual([]);
  expect(space.constants).toEqual(params);
}

describe('applying params', () => {
  const sample = readFileSync(join(import.meta.dirname, '../../examples/sp500-quick.lstm.json'), 'utf8');

  it('keeps comments and everything that is not a hyperparameter', () => {
    const text = applyParams(sample, params);
    expectOnlyThese(text);
    const comments = (t: string): string[] => t.match(/\/\/.*$/gm) ?? [];
    expect(comments(text)).toEqual(comments(sample));
    const outside = (t: string): string => t.slice(0, t.indexOf('"hyperparameters"'));
    expect(outside(text)).toBe(outside(sample));
    expect(text).toContain('\n    "units": 25,\n');
  });

  it('applied twice changes nothing more', () => {
    const once = applyParams(sample, params);
    expect(applyParams(once, params)).toBe(once);
  });

  it('writes values that were left to their defaults, and removes what speaks of a space', () => {
    const text = `{
\t"lstmStudy": 1, // one
\t"data": { "file": "x.csv" },
\t"hyperparameters": { "momentum": { "float": [0, 0.9] } },
\t"search": {
\t\t"when": { "momentum": { "optimizer": "sgd" } }, // only there
\t\t"points": [{ "units": 50 }],
\t},
}`;
    const applied = applyParams(text, params);
    expectOnlyThese(applied);
    expect(applied).toContain('// one');
    expect(applied).toContain('\n\t"data"');
    expect(applied).not.toContain('"points"');
  });

  it('keeps Windows line ends and works on one line', () => {
    const windows = applyParams(sample.replaceAll('\n', '\r\n'), params);
    expect(windows.replaceAll('\r\n', '')).not.toContain('\n');
    expectOnlyThese(windows);
    expectOnlyThese(applyParams('{"lstmStudy":1,"data":{"file":"x.csv"}}', params));
  });
});
