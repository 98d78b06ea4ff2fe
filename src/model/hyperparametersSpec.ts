import { z } from 'zod';
import { hyperparameterSpecs, losses, optimizers } from './hyperparameters.ts';

/** `hyperparameters` of the study file: a constant or a distribution each. */

const describeNumeric = (
  name: keyof typeof hyperparameterSpecs,
  kinds: string,
  low: number,
  high: number,
) => {
  const spec = hyperparameterSpecs[name];
  return `${spec.text}. A constant, ${kinds}, between ${low} and ${high}. Usual values: ${spec.usual.join(', ')}`;
};
const log = z.boolean().optional().describe('Search on a logarithmic scale');
const choicesOf = <T extends z.ZodType>(value: T) =>
  z.strictObject({
    choices: z.array(value).min(1).max(1_000_000).describe('Values that are tried'),
    ordered: z.boolean().optional().describe('The choices have an order that the sampler may use'),
  });
const intDistribution = (value: z.ZodInt) =>
  z.strictObject({
    int: z.tuple([value, value]).describe('[low, high], both included'),
    step: z.int().positive().optional().describe('Distance of the values that are tried; default 1'),
    log,
  });
const floatDistribution = (value: z.ZodNumber) =>
  z.strictObject({
    float: z.tuple([value, value]).describe('[low, high], both included'),
    step: z.number().positive().optional().describe('Distance of the values that are tried; none: any value'),
    log,
  });
const wholeNumber = (name: keyof typeof hyperparameterSpecs, low: number, high: number) => {
  const value = z.int().min(low).max(high);
  return z
    .union([value, choicesOf(value), intDistribution(value)])
    .describe(describeNumeric(name, '{ "choices": [...] } or { "int": [low, high], "step" }', low, high));
};
const realNumber = (name: keyof typeof hyperparameterSpecs, low: number, high: number) => {
  const value = z.number().min(low).max(high);
  return z
    .union([value, choicesOf(value), floatDistribution(value)])
    .describe(
      describeNumeric(name, '{ "choices": [...] } or { "float": [low, high], "step", "log" }', low, high),
    );
};
const categorical = <const T extends readonly [string, ...string[]]>(text: string, values: T) =>
  z
    .union([
      z.enum(values),
      z.strictObject({ choices: z.array(z.enum(values)).min(1), ordered: z.boolean().optional() }),
    ])
    .describe(`${text}. A constant or { "choices": [...] }: ${values.join(', ')}`);

/** Space of a new study: the values people usually try. */
export const usualSpace = {
  units: { choices: [50, 100, 150], ordered: true },
  layers: { int: [1, 3] as [number, number] },
  dropout: { float: [0.2, 0.5] as [number, number], step: 0.1 },
  learningRate: { float: [0.001, 0.1] as [number, number], log: true },
  batchSize: { choices: [32, 64, 128], ordered: true },
  epochs: { int: [10, 30] as [number, number], step: 10 },
  optimizer: { choices: ['adam', 'rmsprop', 'sgd'] as ('adam' | 'rmsprop' | 'sgd')[] },
};

export const hyperparametersSchema = z.strictObject({
  lookback: wholeNumber('lookback', 1, 2000).default(60),
  units: wholeNumber('units', 1, 512).default(usualSpace.units),
  layers: wholeNumber('layers', 1, 8).default(usualSpace.layers),
  dropout: realNumber('dropout', 0, 0.9).default(usualSpace.dropout),
  recurrentDropout: realNumber('recurrentDropout', 0, 0.9).default(0),
  learningRate: realNumber('learningRate', 1e-7, 10).default(usualSpace.learningRate),
  batchSize: wholeNumber('batchSize', 1, 4096).default(usualSpace.batchSize),
  epochs: wholeNumber('epochs', 1, 10000).default(usualSpace.epochs),
  optimizer: categorical('Optimizer, in the form of Keras 3', optimizers).default(usualSpace.optimizer),
  momentum: realNumber('momentum', 0, 0.999).default(0),
  weightDecay: realNumber('weightDecay', 0, 1).default(0),
  clipNorm: realNumber('clipNorm', 0, 1e6).default(0),
  loss: categorical('What training minimises, on scaled targets', losses).default('mse'),
});
