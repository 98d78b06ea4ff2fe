import { z } from 'zod';

/** What an LSTM takes here: a closed set. A study gives each a constant or a Distribution (searchSpace.ts). */
export const optimizers = ['adam', 'rmsprop', 'sgd'] as const;
export const losses = ['mse', 'mae'] as const;

/** Limits and meaning of each hyperparameter. `usual` are the values people try first: defaults of a new study and snippets. */
export const hyperparameterSpecs = {
  lookback: {
    type: 'int',
    low: 1,
    high: 2000,
    usual: [20, 60, 120],
    text: 'Window length: how many past rows the model sees',
  },
  units: { type: 'int', low: 1, high: 512, usual: [50, 100, 150], text: 'LSTM cells in each layer' },
  layers: { type: 'int', low: 1, high: 8, usual: [1, 2, 3], text: 'Stacked LSTM layers' },
  dropout: {
    type: 'float',
    low: 0,
    high: 0.9,
    usual: [0.2, 0.3, 0.4, 0.5],
    text: 'Share of outputs dropped after each LSTM layer while training',
  },
  recurrentDropout: {
    type: 'float',
    low: 0,
    high: 0.9,
    usual: [0, 0.1, 0.2],
    text: 'Share of hidden state dropped in the recurrence, one mask a sequence',
  },
  learningRate: {
    type: 'float',
    low: 1e-7,
    high: 10,
    usual: [0.001, 0.01, 0.1],
    text: 'Step size of the optimizer',
  },
  batchSize: {
    type: 'int',
    low: 1,
    high: 4096,
    usual: [32, 64, 128],
    text: 'Windows in one optimizer step; the last partial batch is kept',
  },
  epochs: { type: 'int', low: 1, high: 10000, usual: [10, 20, 30], text: 'Passes over the train windows' },
  optimizer: {
    type: 'categorical',
    choices: optimizers,
    usual: ['adam', 'rmsprop', 'sgd'],
    text: 'Adam and RMSprop in the form of Keras 3; SGD with momentum',
  },
  momentum: {
    type: 'float',
    low: 0,
    high: 0.999,
    usual: [0, 0.9],
    text: 'Momentum of SGD; the other optimizers ignore it',
  },
  weightDecay: {
    type: 'float',
    low: 0,
    high: 1,
    usual: [0, 0.0001],
    text: 'Decoupled weight decay: weights shrink by learningRate x this each step',
  },
  clipNorm: {
    type: 'float',
    low: 0,
    high: 1e6,
    usual: [0, 1],
    text: 'Largest global norm of the gradient; 0 turns clipping off',
  },
  loss: {
    type: 'categorical',
    choices: losses,
    usual: ['mse', 'mae'],
    text: 'What training minimises, on scaled targets',
  },
} as const;

export type HyperparameterName = keyof typeof hyperparameterSpecs;
export const hyperparameterNames = Object.keys(hyperparameterSpecs) as HyperparameterName[]; // the keys of a const object

/** One value per hyperparameter, all present. What a Trainer gets and a Trial records. */
export const paramsSchema = z.strictObject({
  lookback: z.int().min(1).max(2000),
  units: z.int().min(1).max(512),
  layers: z.int().min(1).max(8),
  dropout: z.number().min(0).max(0.9),
  recurrentDropout: z.number().min(0).max(0.9),
  learningRate: z.number().min(1e-7).max(10),
  batchSize: z.int().min(1).max(4096),
  epochs: z.int().min(1).max(10000),
  optimizer: z.enum(optimizers),
  momentum: z.number().min(0).max(0.999),
  weightDecay: z.number().min(0).max(1),
  clipNorm: z.number().min(0).max(1e6),
  loss: z.enum(losses),
});
export type Params = Readonly<z.infer<typeof paramsSchema>>;

/** A value of a hyperparameter or of one choice. */
export type ParamValue = number | string;
