import { z } from 'zod';

/** `search` of the study file: sampler, pruner, budget, conditions and constraints. */

export const samplerKinds = ['auto', 'grid', 'random', 'tpe', 'gp', 'qmc', 'cmaes'] as const;
export const prunerKinds = ['median', 'percentile', 'asha', 'hyperband', 'wilcoxon', 'none'] as const;

const samplerSchema = z.union([
  z.enum(samplerKinds),
  z.strictObject({
    kind: z.literal('tpe'),
    startupTrials: z.int().min(1).max(1000).default(10).describe('Random trials before the model is used'),
    multivariate: z
      .boolean()
      .default(true)
      .describe('One joint model (Optuna 5) or one a parameter (Optuna 4)'),
    candidates: z.int().min(1).max(1000).default(24).describe('Candidates drawn for each suggestion'),
  }),
  z.strictObject({
    kind: z.literal('gp'),
    startupTrials: z.int().min(1).max(1000).default(10).describe('Random trials before the model is used'),
  }),
]);

const startupTrials = z
  .int()
  .min(1)
  .max(1000)
  .default(5)
  .describe('Complete trials before anything is pruned');
const warmupEpochs = z
  .int()
  .min(0)
  .max(10000)
  .optional()
  .describe('Epochs of each trial that are never pruned; default max(3, 15 % of its epochs)');
const prunerSchema = z.union([
  z.enum(prunerKinds),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('median'), startupTrials, warmupEpochs }),
    z.strictObject({
      kind: z.literal('percentile'),
      percentile: z.number().gt(0).lt(100).default(25).describe('Best share that goes on, in percent'),
      startupTrials,
      warmupEpochs,
    }),
    z.strictObject({
      kind: z.literal('asha'),
      minResource: z.int().min(1).default(3).describe('Epochs before the first rung'),
      reductionFactor: z.int().min(2).max(100).default(4).describe('One in this many goes on at each rung'),
      minEarlyStoppingRate: z.int().min(0).max(20).default(0),
    }),
    z.strictObject({
      kind: z.literal('hyperband'),
      minResource: z.int().min(1).default(3),
      reductionFactor: z.int().min(2).max(100).default(3),
    }),
    z.strictObject({
      kind: z.literal('wilcoxon'),
      pValue: z.number().gt(0).lt(1).default(0.1).describe('One-sided, paired by fold with the leader'),
      startupFolds: z.int().min(1).default(2),
    }),
    z.strictObject({ kind: z.literal('none') }),
  ]),
]);

const conditionValue = z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()])).min(1)]);
export const searchSchema = z.strictObject({
  sampler: samplerSchema
    .default('auto')
    .describe('How the next trial is chosen: auto, grid, random, tpe or gp (Bayesian), qmc, cmaes'),
  trials: z
    .int()
    .min(1)
    .max(100_000)
    .default(40)
    .describe('Budget; a grid runs all its combinations or this many, whichever is fewer'),
  timeLimit: z
    .string()
    .regex(/^\d+(\.\d+)?\s*(s|m|h|d)$/)
    .nullable()
    .default(null)
    .describe('No new trial is started after this time: "30m", "2h"'),
  seed: z.int().min(0).max(4294967295).default(1).describe('Everything random follows from it'),
  lag: z
    .int()
    .min(1)
    .max(1000)
    .default(8)
    .describe('A trial sees those that are at least this far before it, however many run at once'),
  pruner: prunerSchema.default('median').describe('Stops hopeless trials early'),
  confirm: z
    .strictObject({
      top: z.int().min(0).max(100).default(5).describe('Trials that are run again; 0: none'),
      seeds: z.int().min(2).max(100).default(5).describe('Fresh seeds for each'),
    })
    .default({ top: 5, seeds: 5 })
    .describe('The best trials are run again on fresh seeds before one is called winner'),
  points: z
    .array(z.record(z.string(), z.union([z.string(), z.number()])))
    .max(10_000)
    .default([])
    .describe('Your own configurations, tried first'),
  when: z
    .record(z.string(), z.record(z.string(), conditionValue))
    .default({})
    .describe(
      'A hyperparameter that is searched only where another has a value: { "momentum": { "optimizer": "sgd" } }',
    ),
  constraints: z
    .array(z.string().min(1).max(1000))
    .max(100)
    .default([])
    .describe('Expressions that must hold: "units * layers <= 300"'),
  patience: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('Stop when this many trials brought no improvement beyond noise'),
  keepPredictions: z
    .enum(['auto', 'all', 'top', 'none'])
    .default('auto')
    .describe('Validation predictions kept: auto = all up to 1,000 trials, else the top ones'),
});

export type SearchSpec = z.output<typeof searchSchema>;
export type SamplerKind = (typeof samplerKinds)[number];
export type SamplerSpec = z.output<typeof samplerSchema>;
export type PrunerKind = (typeof prunerKinds)[number];
export type PrunerSpec = z.output<typeof prunerSchema>;
