import type { ModelSizes } from '../initialWeights.ts';
import type { ModelWeights } from '../trainer.ts';

/**
 * All parameters of a model in one Float32Array, so that an optimizer step is one loop: a layer's kernel and recurrent kernel stand
 * one after the other, which is the matrix the fused kernels take, then its bias; the head comes last.
 */
export interface ParameterLayout {
  readonly length: number;
  readonly layers: readonly {
    /** Rows of w: inputs + units. */
    readonly rows: number;
    readonly w: number;
    readonly b: number;
    readonly end: number;
  }[];
  readonly denseKernel: number;
  readonly denseBias: number;
}

export function layoutParameters({ features, units, layers, horizon }: ModelSizes): ParameterLayout {
  let at = 0;
  const layerLayouts = Array.from({ length: layers }, (_, l) => {
    const rows = (l === 0 ? features : units) + units;
    const w = at;
    const b = w + rows * 4 * units;
    at = b + 4 * units;
    return { rows, w, b, end: at };
  });
  const denseKernel = at;
  const denseBias = denseKernel + units * horizon;
  return { length: denseBias + horizon, layers: layerLayouts, denseKernel, denseBias };
}

/** A model's tensors in the order of the layout. */
function tensorsInOrder(weights: ModelWeights): Float32Array[] {
  const layers = weights.layers.flatMap(({ kernel, recurrentKernel, bias }) => [
    kernel,
    recurrentKernel,
    bias,
  ]);
  return [...layers, weights.dense.kernel, weights.dense.bias];
}

export function writeParameters(parameters: Float32Array, weights: ModelWeights): void {
  let at = 0;
  for (const tensor of tensorsInOrder(weights)) {
    parameters.set(tensor, at);
    at += tensor.length;
  }
  if (at !== parameters.length) throw new Error(`${at} weights for a model of ${parameters.length}`);
}

/** A copy of the parameters (or of their gradients) as tensors. */
export function readParameters(parameters: Float32Array, sizes: ModelSizes): ModelWeights {
  const { features, units, horizon } = sizes;
  const layout = layoutParameters(sizes);
  return {
    features,
    units,
    horizon,
    layers: layout.layers.map(({ rows, w, b, end }) => {
      const recurrent = w + (rows - units) * 4 * units;
      return {
        kernel: parameters.slice(w, recurrent),
        recurrentKernel: parameters.slice(recurrent, b),
        bias: parameters.slice(b, end),
      };
    }),
    dense: {
      kernel: parameters.slice(layout.denseKernel, layout.denseBias),
      bias: parameters.slice(layout.denseBias),
    },
  };
}
