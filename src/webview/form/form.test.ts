import { describe, expect, it, vi } from 'vitest';
import { hyperparameterNames } from '../../model/hyperparameters.ts';
import { hyperparametersSchema } from '../../model/hyperparametersSpec.ts';
import { readText } from './field.ts';
import { converted } from './hyperparameters.ts';
import { draftOf, createDrafts, sliderKey, sliderLeft, type SliderOptions } from './slider.ts';
import { effectiveAt, isChanged, optionsOfKind, shapeAt } from './studyValues.ts';

describe('fields made from the schema', () => {
  it.each([
    [['search', 'trials'], 'integer'],
    [['split', 'validation', 'size'], 'number'],
    [['search', 'sampler'], 'choice'],
    [['search', 'pruner'], 'choice'],
    [['data', 'file'], 'text'],
    [['data', 'where'], 'json'],
    [['search', 'when'], 'json'],
  ] as const)('%j is edited as %s', (path, kind) => expect(shapeAt(path).kind).toBe(kind));

  it('offers all kinds of a union, in its short and its long form', () => {
    expect(shapeAt(['search', 'sampler']).choices).toEqual([
      'auto',
      'grid',
      'random',
      'tpe',
      'gp',
      'qmc',
      'cmaes',
    ]);
    expect(optionsOfKind(['search', 'pruner'], 'percentile')).toEqual([
      'percentile',
      'startupTrials',
      'warmupEpochs',
    ]);
    expect(optionsOfKind(['search', 'pruner'], 'none')).toEqual([]);
  });

  it('has words for every field', () => {
    expect(shapeAt(['search', 'lag']).description).toMatch(/sees/);
    expect(shapeAt(['objective']).description).toMatch(/minimises/);
  });

  it('shows the default where nothing is written, and marks what differs from it', () => {
    expect(effectiveAt({}, ['search', 'trials'])).toBe(40);
    expect(isChanged({ search: { trials: 40 } }, ['search', 'trials'])).toBe(false);
    expect(isChanged({ search: { trials: 41 } }, ['search', 'trials'])).toBe(true);
    expect(isChanged({ data: { file: 'a.csv' } }, ['data', 'file'])).toBe(false);
  });

  it('reads typed text, and an empty one as left out', () => {
    expect(readText(' 12 ', { kind: 'integer' })).toEqual({ ok: true, value: 12 });
    expect(readText('none', { kind: 'number' })).toEqual({ ok: true, value: undefined });
    expect(readText('abc', { kind: 'number' })).toMatchObject({ ok: false });
    expect(readText('{', { kind: 'json' })).toMatchObject({ ok: false });
    expect(readText('{"a":1}', { kind: 'json' })).toEqual({ ok: true, value: { a: 1 } });
  });
});

describe('converted', () => {
  it.each(hyperparameterNames)('%s stays valid in every form and back', (name) => {
    const kinds =
      name === 'optimizer' || name === 'loss'
        ? (['choices', 'fixed'] as const)
        : (['range', 'choices', 'fixed'] as const);
    for (const first of kinds)
      for (const second of kinds) {
        const value = converted(name, converted(name, undefined, first), second);
        expect(hyperparametersSchema.shape[name].safeParse(value).success, JSON.stringify(value)).toBe(true);
      }
  });
  it('keeps the values it can', () => {
    expect(converted('units', { choices: [64, 96, 128] }, 'range')).toEqual({ int: [64, 128], step: 32 });
    expect(converted('layers', { int: [1, 3] }, 'choices')).toEqual({ choices: [1, 2, 3], ordered: true });
    expect(converted('dropout', { float: [0.2, 0.4], step: 0.1 }, 'fixed')).toBe(0.2);
    expect(converted('learningRate', 0.01, 'range')).toMatchObject({ log: true });
  });
});

describe('slider', () => {
  const press = (key: string): KeyboardEvent =>
    ({ key, preventDefault: () => undefined }) as unknown as KeyboardEvent; // what the slider reads
  const options = (written: number[]): SliderOptions => ({
    name: 'x',
    drafts: createDrafts(),
    value: 10,
    low: 0,
    high: 20,
    at: (share) => share * 20,
    step: (value, steps, size) => value + steps * (size === 'large' ? 5 : 1),
    track: () => null,
    redraw: () => undefined,
    write: (value) => void written.push(value),
  });

  it('writes once after several keys, within its bounds', () => {
    vi.useFakeTimers();
    const written: number[] = [];
    const slider = options(written);
    for (const key of ['ArrowRight', 'ArrowRight', 'PageUp', 'PageUp', 'PageUp'])
      sliderKey(slider, press(key));
    expect(draftOf(slider.drafts, 'x', 10)).toBe(20);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(written).toEqual([20]);
    vi.useRealTimers();
  });

  it('writes when the focus goes, and nothing when Escape took it back', () => {
    const written: number[] = [];
    const slider = options(written);
    sliderKey(slider, press('ArrowLeft'));
    sliderKey(slider, press('Escape'));
    sliderLeft(slider);
    expect(written).toEqual([]);
    sliderKey(slider, press('Home'));
    sliderLeft(slider);
    expect(written).toEqual([0]);
  });
});
