import { readFileSync } from 'node:fs';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { resolveAuto } from '../../src/engine/samplers/auto.ts';
import { createSampler } from '../../src/engine/samplers/create.ts';
import { createRng } from '../../src/engine/rng.ts';
import { paramsSchema } from '../../src/model/hyperparameters.ts';
import { parseStudy } from '../../src/model/parseStudy.ts';
import type { Study } from '../../src/model/study.ts';
import { searchSpaceOf } from '../../src/model/searchSpace.ts';
import { hangMs, timed } from './hang.ts';
import { mutateJson, mutateText } from './mutate.ts';

const rounds = 10_000;

const bases: unknown[] = [
  parse(readFileSync(new URL('../../examples/sp500-quick.lstm.json', import.meta.url), 'utf8')),
  parse(readFileSync(new URL('../../examples/usual-grid.lstm.json', import.meta.url), 'utf8')),
  {
    lstmStudy: 1,
    data: {
      file: 'p.csv',
      where: { ticker: 'A' },
      indicators: [{ kind: 'macd', fast: 12, slow: 26 }],
      forecast: 'windowRelative',
      scaler: 'robust',
    },
    horizon: 5,
    split: { test: { from: '2017-04-03' }, validation: { kind: 'holdout', share: 0.2 } },
    hyperparameters: {
      momentum: { float: [0, 0.9] },
      units: 20,
      layers: { int: [1, 3] },
      epochs: 5,
      dropout: { choices: [0, 0.2] },
    },
    search: {
      sampler: { kind: 'tpe', startupTrials: 5 },
      pruner: { kind: 'asha', minResource: 3 },
      trials: 20,
      timeLimit: '30m',
      when: { momentum: { optimizer: 'sgd' } },
      constraints: ['units * layers <= 300'],
      points: [{ layers: 2 }],
    },
    earlyStopping: { patience: 3 },
  },
];

/** What a study file comes to: issues, or a study and the first proposal of its search. */
function answerTo(text: string): ReturnType<typeof parseStudy> & { readonly params: unknown } {
  const parsed = parseStudy(text);
  if (!parsed.study) return { ...parsed, params: null };
  const space = searchSpaceOf(parsed.study);
  if (space.parameters.length === 0) return { ...parsed, params: null };
  const { sampler: spec, trials, seed } = parsed.study.search;
  const resolved = spec === 'auto' ? resolveAuto(space, { budget: trials, lag: 1 }).kind : spec;
  return { ...parsed, params: createSampler(resolved, { seed }).suggest(space, [], 0, createRng(1)) };
}

describe('mutated study files', () => {
  it(`answers ${rounds} of them with issues or a study that can be searched`, async () => {
    const rng = createRng(20261123);
    let wellFormed = 0;
    let valid = 0;
    let slowestMs = 0;
    for (let i = 0; i < rounds; i++) {
      const json = JSON.stringify(mutateJson(bases[i % bases.length], rng));
      const text = i % 4 === 0 ? mutateText(json, rng) : json;
      const { answer, ms } = await timed(() => answerTo(text));
      expect(ms, text).toBeLessThan(hangMs);
      slowestMs = Math.max(slowestMs, ms);
      const { study, issues, params } = answer;
      if (!issues.some((issue) => issue.code === 'syntax')) wellFormed++;
      if (study) valid++;
      else expect(issues.some((issue) => issue.severity === 'error')).toBe(true);
      if (params !== null)
        expect(paramsSchema.safeParse(params).success, JSON.stringify({ text, params })).toBe(true);
      for (const issue of issues) expect(issue.message, text).toMatch(/^[\s\S]{10,}[.?]$/);
    }
    console.log(
      `study files: ${rounds} mutated, ${wellFormed} past the parser, ${valid} past validation, slowest ${slowestMs.toFixed(0)} ms`,
    );
    expect(wellFormed).toBeGreaterThan(rounds / 2);
    expect(valid).toBeGreaterThan(rounds / 10);
  });

  it('broken twin: studies that are taken as they stand, without the schema, break the search', () => {
    const rng = createRng(20261123);
    let broken = 0;
    for (let i = 0; i < 300; i++) {
      const study = mutateJson(bases[i % bases.length], rng) as Study; // the defence left out
      try {
        const space = searchSpaceOf(study);
        const params = createSampler('random', { seed: 1 }).suggest(space, [], 0, createRng(1));
        if (!paramsSchema.safeParse(params).success) broken++;
      } catch {
        broken++;
      }
    }
    expect(broken).toBeGreaterThan(30);
  });

  it('reads a million choices, deep nesting and huge numbers without hanging', () => {
    const choices = Array.from({ length: 1_000_000 }, (_, i) => (i % 512) + 1);
    const texts = [
      JSON.stringify({ lstmStudy: 1, data: { file: 'a' }, hyperparameters: { units: { choices } } }),
      `{"lstmStudy":1,"data":${'{"file":'.repeat(50_000)}`,
      `{"lstmStudy":1,"horizon":1e999,"data":{"file":"a"}}`,
    ];
    for (const text of texts) expect(parseStudy(text).study).toBeNull();
  });
});
