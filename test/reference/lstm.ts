/**
 * The plain LSTM: double precision, one sample and one number at a time, no cleverness. Every fast path is tested against it, so it
 * stays readable and slow. Conventions are Keras 3's: gates i, f, c, o; kernel (inputs, 4 x units), recurrent kernel
 * (units, 4 x units), bias (4 x units); zero initial state; a Dense head on the last step.
 */

export interface ReferenceLayer {
  readonly kernel: Float64Array;
  readonly recurrentKernel: Float64Array;
  readonly bias: Float64Array;
}

/** A model, or the gradients of one. */
export interface ReferenceModel {
  readonly features: number;
  readonly units: number;
  readonly horizon: number;
  readonly layers: readonly ReferenceLayer[];
  /** kernel (units, horizon), bias (horizon). */
  readonly dense: { readonly kernel: Float64Array; readonly bias: Float64Array };
}

export interface ReferenceBatch {
  /** inputs[sample][t][feature] */
  readonly inputs: readonly (readonly (readonly number[])[])[];
  /** targets[sample][step] */
  readonly targets: readonly (readonly number[])[];
}

/** Factors on what a mask touches: 0 or 1 / (1 - rate). */
export interface ReferenceMasks {
  /** On the output of layer l at time t. */
  readonly output: (l: number, t: number, sample: number, unit: number) => number;
  /** On h where layer l feeds it back, the same at all times. */
  readonly recurrent: (l: number, sample: number, unit: number) => number;
}

export const noMasks: ReferenceMasks = { output: () => 1, recurrent: () => 1 };

export interface ReferenceOptions {
  readonly loss: 'mse' | 'mae';
  readonly masks: ReferenceMasks;
  /** How the gates i, f, o are squashed; others than the sigmoid exist only to show that the tests would notice. */
  readonly gateActivation?: (z: number) => number;
}

export const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** out[j] += sum over k of x[k] matrix[k][j] */
function addProduct(out: Float64Array, x: Float64Array, matrix: Float64Array): void {
  const columns = out.length;
  for (let k = 0; k < x.length; k++) {
    for (let j = 0; j < columns; j++) out[j] += x[k] * matrix[k * columns + j];
  }
}

/** matrix[k][j] += x[k] d[j] */
function addOuterProduct(matrix: Float64Array, x: Float64Array, d: Float64Array): void {
  const columns = d.length;
  for (let k = 0; k < x.length; k++) {
    for (let j = 0; j < columns; j++) matrix[k * columns + j] += x[k] * d[j];
  }
}

/** out[k] += sum over j of matrix[k][j] d[j] */
function addTransposedProduct(out: Float64Array, matrix: Float64Array, d: Float64Array): void {
  const columns = d.length;
  for (let k = 0; k < out.length; k++) {
    for (let j = 0; j < columns; j++) out[k] += matrix[k * columns + j] * d[j];
  }
}

/** What one time step of one layer leaves for the way back. */
interface StepState {
  readonly x: Float64Array;
  readonly hBefore: Float64Array; // after the recurrent mask
  readonly cBefore: Float64Array;
  readonly gates: Float64Array; // i, f, c, o, units each
  readonly c: Float64Array;
  readonly h: Float64Array;
}

/** One layer over one sample's sequence. */
function layerForward(
  layer: ReferenceLayer,
  sequence: readonly Float64Array[],
  recurrentMask: (unit: number) => number,
  activation: (z: number) => number,
): StepState[] {
  const columns = layer.bias.length;
  const units = columns / 4;
  const states: StepState[] = [];
  let h = new Float64Array(units);
  let c = new Float64Array(units);
  for (const x of sequence) {
    const hBefore = h.map((value, u) => value * recurrentMask(u));
    const gates = Float64Array.from(layer.bias);
    addProduct(gates, x, layer.kernel);
    addProduct(gates, hBefore, layer.recurrentKernel);
    for (let j = 0; j < columns; j++) {
      const isCandidate = j >= 2 * units && j < 3 * units;
      gates[j] = isCandidate ? Math.tanh(gates[j]) : activation(gates[j]);
    }
    const cBefore = c;
    c = new Float64Array(units);
    h = new Float64Array(units);
    for (let u = 0; u < units; u++) {
      const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[gate * units + u]) as [
        number,
        number,
        number,
        number,
      ]; // four gates
      c[u] = f * cBefore[u] + i * g;
      h[u] = o * Math.tanh(c[u]);
    }
    states.push({ x, hBefore, cBefore, gates, c, h });
  }
  return states;
}

/** All layers over one sample: states[layer][t], and what the head reads. */
function sampleForward(
  model: ReferenceModel,
  sequence: readonly (readonly number[])[],
  sample: number,
  options: ReferenceOptions,
): { states: StepState[][]; headInput: Float64Array; outputs: number[] } {
  const states: StepState[][] = [];
  let input = sequence.map((x) => Float64Array.from(x));
  model.layers.forEach((layer, l) => {
    const mask = (u: number): number => options.masks.recurrent(l, sample, u);
    const layerStates = layerForward(layer, input, mask, options.gateActivation ?? sigmoid);
    states.push(layerStates);
    input = layerStates.map(({ h }, t) => h.map((value, u) => value * options.masks.output(l, t, sample, u)));
  });
  const headInput = input[input.length - 1];
  const { kernel, bias } = model.dense;
  const outputs = Array.from(bias, (b, step) =>
    headInput.reduce((sum, value, u) => sum + value * kernel[u * model.horizon + step], b),
  );
  return { states, headInput, outputs };
}

/** outputs[sample][step] without dropout unless masks are given. */
export function forward(
  model: ReferenceModel,
  inputs: ReferenceBatch['inputs'],
  options: Partial<ReferenceOptions> = {},
): number[][] {
  const full: ReferenceOptions = { loss: 'mse', masks: noMasks, ...options };
  return inputs.map((sequence, sample) => sampleForward(model, sequence, sample, full).outputs);
}

/** Hidden and cell state of the first layer after each step, for one sample (golden tests). */
export function firstLayerStates(
  model: ReferenceModel,
  sequence: readonly (readonly number[])[],
): readonly Pick<StepState, 'h' | 'c'>[] {
  return sampleForward(model, sequence, 0, { loss: 'mse', masks: noMasks }).states[0];
}

/** Mean loss over samples and outputs. */
export function meanLoss(model: ReferenceModel, batch: ReferenceBatch, options: ReferenceOptions): number {
  const outputs = forward(model, batch.inputs, options);
  const sum = outputs.reduce((total, row, i) => total + sampleLoss(row, batch.targets[i], options.loss), 0);
  return sum / (outputs.length * model.horizon);
}

/** Loss summed over the outputs of one sample. */
function sampleLoss(outputs: readonly number[], targets: readonly number[], loss: 'mse' | 'mae'): number {
  return outputs.reduce((sum, output, step) => {
    const error = output - targets[step];
    return sum + (loss === 'mae' ? Math.abs(error) : error * error);
  }, 0);
}

export function zerosLike(model: ReferenceModel): ReferenceModel {
  const zeros = (values: Float64Array): Float64Array => new Float64Array(values.length);
  return {
    ...model,
    layers: model.layers.map((layer) => ({
      kernel: zeros(layer.kernel),
      recurrentKernel: zeros(layer.recurrentKernel),
      bias: zeros(layer.bias),
    })),
    dense: { kernel: zeros(model.dense.kernel), bias: zeros(model.dense.bias) },
  };
}

/** Mean loss and its gradients by backpropagation through time, sample by sample. Sigmoid gates only. */
export function gradients(
  model: ReferenceModel,
  batch: ReferenceBatch,
  options: ReferenceOptions,
): { loss: number; gradients: ReferenceModel } {
  const sums = zerosLike(model);
  const { units, horizon } = model;
  const scale = 1 / (batch.inputs.length * horizon);
  let loss = 0;
  batch.inputs.forEach((sequence, sample) => {
    const { states, headInput, outputs } = sampleForward(model, sequence, sample, options);
    const steps = sequence.length;
    loss += sampleLoss(outputs, batch.targets[sample], options.loss) * scale;
    let dSequence: Float64Array[] = Array.from({ length: steps }, () => new Float64Array(units));
    outputs.forEach((output, step) => {
      const error = output - batch.targets[sample][step];
      const d = options.loss === 'mae' ? Math.sign(error) * scale : 2 * error * scale;
      sums.dense.bias[step] += d;
      headInput.forEach((value, u) => {
        sums.dense.kernel[u * horizon + step] += d * value;
        dSequence[steps - 1][u] += d * model.dense.kernel[u * horizon + step];
      });
    });
    for (let l = model.layers.length - 1; l >= 0; l--) {
      dSequence = layerBackward({
        layer: model.layers[l],
        sums: sums.layers[l],
        states: states[l],
        dOutputs: dSequence.map((row, t) => row.map((d, u) => d * options.masks.output(l, t, sample, u))),
        recurrentMask: (u) => options.masks.recurrent(l, sample, u),
      });
    }
  });
  return { loss, gradients: sums };
}

interface LayerBackward {
  readonly layer: ReferenceLayer;
  /** Gradients are added to these. */
  readonly sums: ReferenceLayer;
  readonly states: readonly StepState[];
  readonly dOutputs: readonly Float64Array[];
  readonly recurrentMask: (unit: number) => number;
}

/** One layer of one sample, backwards through time; returns the gradient with respect to its inputs. */
function layerBackward({ layer, sums, states, dOutputs, recurrentMask }: LayerBackward): Float64Array[] {
  const columns = layer.bias.length;
  const units = columns / 4;
  const dInputs: Float64Array[] = [];
  let dhNext = new Float64Array(units);
  let dcNext = new Float64Array(units);
  for (let t = states.length - 1; t >= 0; t--) {
    const { x, hBefore, cBefore, gates, c } = states[t];
    const dz = new Float64Array(columns);
    const dcBefore = new Float64Array(units);
    for (let u = 0; u < units; u++) {
      const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[gate * units + u]) as [
        number,
        number,
        number,
        number,
      ]; // four gates
      const tanhC = Math.tanh(c[u]);
      const dh = dOutputs[t][u] + dhNext[u];
      const dc = dcNext[u] + dh * o * (1 - tanhC * tanhC);
      dz[u] = dc * g * i * (1 - i);
      dz[units + u] = dc * cBefore[u] * f * (1 - f);
      dz[2 * units + u] = dc * i * (1 - g * g);
      dz[3 * units + u] = dh * tanhC * o * (1 - o);
      dcBefore[u] = dc * f;
    }
    const dx = new Float64Array(x.length);
    const dhBefore = new Float64Array(units);
    for (let j = 0; j < columns; j++) sums.bias[j] += dz[j];
    addOuterProduct(sums.kernel, x, dz);
    addOuterProduct(sums.recurrentKernel, hBefore, dz);
    addTransposedProduct(dx, layer.kernel, dz);
    addTransposedProduct(dhBefore, layer.recurrentKernel, dz);
    dInputs[t] = dx;
    dhNext = dhBefore.map((d, u) => d * recurrentMask(u));
    dcNext = dcBefore;
  }
  return dInputs;
}
