/** The Dense head on the last step's output, its loss and its gradients: too small for a call into libtensorflow to pay. */
export interface HeadSizes {
  readonly units: number;
  readonly horizon: number;
}

export interface HeadWeights {
  /** (units, horizon) */
  readonly kernel: Float32Array;
  /** (horizon) */
  readonly bias: Float32Array;
}

/** out (samples, horizon) = h (samples, units) kernel + bias. */
export function headForward(h: Float32Array, head: HeadWeights, out: Float32Array, sizes: HeadSizes): void {
  const { units, horizon } = sizes;
  for (let sample = 0; sample * horizon < out.length; sample++) {
    for (let step = 0; step < horizon; step++) {
      let sum = head.bias[step];
      for (let u = 0; u < units; u++) sum += h[sample * units + u] * head.kernel[u * horizon + step];
      out[sample * horizon + step] = sum;
    }
  }
}

/**
 * Turns outputs into the gradient of the mean loss with respect to them, in place.
 * @returns the loss summed over samples and outputs
 */
export function lossGradient(outputs: Float32Array, targets: Float32Array, loss: 'mse' | 'mae'): number {
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) {
    const error = outputs[i] - targets[i];
    sum += loss === 'mae' ? Math.abs(error) : error * error;
    outputs[i] = (loss === 'mae' ? Math.sign(error) : 2 * error) / outputs.length;
  }
  return sum;
}

/** Gradients of the head from dOut (samples, horizon): `gradients` is overwritten, dh (samples, units) too. */
export function headBackward(
  dOut: Float32Array,
  { h, head }: { readonly h: Float32Array; readonly head: HeadWeights },
  { gradients, dh }: { readonly gradients: HeadWeights; readonly dh: Float32Array },
  { units, horizon }: HeadSizes,
): void {
  gradients.kernel.fill(0);
  gradients.bias.fill(0);
  const samples = dOut.length / horizon;
  for (let sample = 0; sample < samples; sample++) {
    for (let u = 0; u < units; u++) dh[sample * units + u] = 0;
    for (let step = 0; step < horizon; step++) {
      const d = dOut[sample * horizon + step];
      gradients.bias[step] += d;
      for (let u = 0; u < units; u++) {
        gradients.kernel[u * horizon + step] += d * h[sample * units + u];
        dh[sample * units + u] += d * head.kernel[u * horizon + step];
      }
    }
  }
}
