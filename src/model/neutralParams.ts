import type { Params } from './hyperparameters.ts';

/** Neutral values: what a conditional hyperparameter is where its condition does not hold. */
export const neutralParams: Params = {
  lookback: 60,
  units: 50,
  layers: 1,
  dropout: 0,
  recurrentDropout: 0,
  learningRate: 0.001,
  batchSize: 32,
  epochs: 10,
  optimizer: 'adam',
  momentum: 0,
  weightDecay: 0,
  clipNorm: 0,
  loss: 'mse',
};
