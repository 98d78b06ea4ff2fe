import type { Params } from '../../src/model/hyperparameters.ts';
import { neutralParams } from '../../src/model/neutralParams.ts';
import type { SearchSpace } from '../../src/model/searchSpace.ts';

/**
 * A closed-form stand-in for the validation loss over the usual space: an optimum of the learning rate that moves with optimizer and
 * batch size, an optimum of dropout that moves with the size of the net, and small effects of the others. Least value exactly 1, at
 * learning rate 10^-2.7, dropout .24, 1 layer of 100, batch 32, adam, 24 epochs.
 */
export const closedFormSpace: SearchSpace = {
  parameters: [
    { name: 'units', distribution: { kind: 'int', low: 50, high: 150, step: 50, log: false }, when: null },
    { name: 'layers', distribution: { kind: 'int', low: 1, high: 3, step: 1, log: false }, when: null },
    {
      name: 'dropout',
      distribution: { kind: 'float', low: 0.2, high: 0.5, step: null, log: false },
      when: null,
    },
    {
      name: 'learningRate',
      distribution: { kind: 'float', low: 1e-3, high: 1e-1, step: null, log: true },
      when: null,
    },
    {
      name: 'batchSize',
      distribution: { kind: 'categorical', choices: [32, 64, 128], ordered: false },
      when: null,
    },
    { name: 'epochs', distribution: { kind: 'int', low: 10, high: 30, step: 1, log: false }, when: null },
    {
      name: 'optimizer',
      distribution: { kind: 'categorical', choices: ['adam', 'rmsprop', 'sgd'], ordered: false },
      when: null,
    },
  ],
  constants: neutralParams,
  constraints: [],
};

const byOptimizer = {
  adam: { log10Rate: -2.7, offset: 0 },
  rmsprop: { log10Rate: -2.9, offset: 0.05 },
  sgd: { log10Rate: -1.2, offset: 0.15 },
};
const byBatch: Record<number, { log10Rate: number; offset: number }> = {
  32: { log10Rate: 0, offset: 0 },
  64: { log10Rate: 0.15, offset: 0.02 },
  128: { log10Rate: 0.3, offset: 0.06 },
};
const byUnits: Record<number, number> = { 50: 0.12, 100: 0, 150: 0.06 };

export function closedForm(params: Params): number {
  const { units, layers, dropout, learningRate, batchSize, epochs, optimizer } = params;
  const rate = byOptimizer[optimizer].log10Rate + byBatch[batchSize].log10Rate;
  const bestDropout = 0.2 + 0.05 * (layers - 1) + 0.04 * (units / 50 - 1);
  return (
    1 +
    0.8 * (Math.log10(learningRate) - rate) ** 2 +
    byOptimizer[optimizer].offset +
    byUnits[units] +
    0.08 * (layers - 1) * (units === 150 ? 1 : 0.5) +
    6 * (dropout - bestDropout) ** 2 +
    byBatch[batchSize].offset +
    0.004 * Math.abs(epochs - 24)
  );
}
