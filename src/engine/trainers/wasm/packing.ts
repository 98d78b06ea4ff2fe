import { tileRows } from '../../../kernels/generate/build.ts';
import type { ModelWeights } from '../trainer.ts';
import type { Plan } from './plan.ts';

/*
 * Keras' kernel (inputs, 4 x units), recurrent kernel (units, 4 x units) and bias share one packed matrix: row 4 x unit + gate,
 * column k over x, h and 1, as [block of 6 rows][k][6]. See docs/kernels.md.
 */

/** Float index in the parameters of column k and Keras column `gate x units + unit`. */
function packedIndex(layer: Plan['layers'][number], units: number, k: number, column: number): number {
  const row = 4 * (column % units) + Math.floor(column / units);
  const block = Math.floor(row / tileRows);
  return layer.weightsAt / 4 + (block * layer.rows + k) * tileRows + (row % tileRows);
}

type Visit = (values: Float32Array, index: number, packed: number) => void;

/** Calls `visit` for each weight of the model with its place in Keras' layout and in the packed one. */
function forEachWeight(plan: Plan, weights: ModelWeights, visit: Visit): void {
  const { units, horizon, headAt, headStride } = plan.fields;
  const columns = 4 * units;
  plan.layers.forEach((layer, l) => {
    const { kernel, recurrentKernel, bias } = weights.layers[l];
    for (let column = 0; column < columns; column++) {
      const first = packedIndex(layer, units, 0, column);
      for (let k = 0; k < layer.inputSize; k++) visit(kernel, k * columns + column, first + k * tileRows);
      const h = first + layer.inputRows * tileRows;
      for (let k = 0; k < units; k++) visit(recurrentKernel, k * columns + column, h + k * tileRows);
      visit(bias, column, h + units * tileRows);
    }
  });
  for (let step = 0; step < horizon; step++) {
    const first = (headAt + step * headStride) / 4;
    for (let unit = 0; unit < units; unit++) visit(weights.dense.kernel, unit * horizon + step, first + unit);
    visit(weights.dense.bias, step, first + units);
  }
}

/** Writes Keras-layout weights to the packed parameters at byte `at`. */
export function packWeights(memory: WebAssembly.Memory, plan: Plan, weights: ModelWeights): void {
  const floats = new Float32Array(memory.buffer, plan.fields.parameters, plan.fields.parameterBytes / 4);
  forEachWeight(plan, weights, (values, index, packed) => {
    floats[packed] = values[index];
  });
}

/** Reads the packed parameters (or their gradients) into Keras' layout. */
export function unpackWeights(
  memory: WebAssembly.Memory,
  plan: Plan,
  what: 'parameters' | 'gradients',
): ModelWeights {
  const floats = new Float32Array(memory.buffer, plan.fields[what], plan.fields.parameterBytes / 4);
  const { units, horizon } = plan.fields;
  const weights: ModelWeights = {
    features: plan.layers[0].inputSize,
    units,
    horizon,
    layers: plan.layers.map((layer) => ({
      kernel: new Float32Array(layer.inputSize * 4 * units),
      recurrentKernel: new Float32Array(units * 4 * units),
      bias: new Float32Array(4 * units),
    })),
    dense: { kernel: new Float32Array(units * horizon), bias: new Float32Array(horizon) },
  };
  forEachWeight(plan, weights, (values, index, packed) => {
    values[index] = floats[packed];
  });
  return weights;
}
