/**
 * The plan: everything a kernel has to know about one model in one memory, as a block of 32-bit words that the host writes
 * (src/engine/trainers/wasm/plan.ts) and the kernels read. Both sides take names, order and types from here; the generator
 * turns each name into a global (plan) or an accessor (layer) of the AssemblyScript source. Pointers are byte addresses.
 */
export type WordType = 'i32' | 'f32' | 'usize';

export const planFields = {
  lookback: 'i32',
  units: 'i32',
  layers: 'i32',
  horizon: 'i32',
  /** 1: every time step has its own place (training); 0: one place for all (prediction). */
  keepsTime: 'i32',
  /** Blocks of 6 gate rows: ceil(4 x units / 6). */
  gateBlocks: 'i32',
  /** Rows of the input gradient, even and at least 4, so that 6a + 4b covers them. */
  gradientRows: 'i32',
  /** Rows of h in the packed weights: units, the bias, padding to an even number. */
  hiddenRows: 'i32',
  /** Bytes from one panel to the next; odd numbers of cache lines. */
  inputStride: 'usize',
  hiddenStride: 'usize',
  gateStride: 'usize',
  cellStride: 'usize',
  /** [lookback][panel][features][8]. */
  inputs: 'usize',
  /** [panel][horizon][8]. */
  targets: 'usize',
  predictions: 'usize',
  dPredictions: 'usize',
  /** [lookback][panel][units][8]: gradient of what a layer hands to the one above it. */
  dHidden: 'usize',
  /** [panel][units][8]: gradient that comes back through the recurrence. */
  dRecurrent: 'usize',
  dCell: 'usize',
  zeros: 'usize',
  /** Products whose half of k is at least this take one level of Strassen's algorithm (assembly/strassen.ts). */
  strassenFrom: 'i32',
  /** Its sums of panels, and the unfinished tiles U and V. */
  sums: 'usize',
  partials: 'usize',
  /** A chunk of time steps for the weight gradient: [block][sample][6] of dGates, its Strassen sums, [panel of k][sample][8] of x and h. */
  sampledGates: 'usize',
  combinedGates: 'usize',
  sampledInputs: 'usize',
  sampledStride: 'usize',
  /** The weight gradient of one layer, [panel of k][gate row][8]; gateStride apart. */
  weightPanels: 'usize',
  /** Float32 of all layers and the head, flat; the optimizers do not know where a layer ends. */
  parameters: 'usize',
  gradients: 'usize',
  firstMoment: 'usize',
  secondMoment: 'usize',
  parameterBytes: 'usize',
  /** Head, byte offset in the parameters: [horizon][units, bias, padding]. */
  headAt: 'usize',
  headStride: 'usize',
  /** Dropout: kept values are multiplied by scale; an element is dropped when its 24 random bits are below threshold (0 = off). */
  outputScale: 'f32',
  outputThreshold: 'i32',
  recurrentScale: 'f32',
  recurrentThreshold: 'i32',
} as const satisfies Record<string, WordType>;

export const layerFields = {
  inputSize: 'i32',
  /** Rows of x in the packed weights: inputSize, padded to an even number. */
  inputRows: 'i32',
  /** inputRows + hiddenRows. */
  rows: 'i32',
  /** Byte offset in the parameters. */
  weightsAt: 'usize',
  /** [time][panel][4 x units, padded to 6][8]: pre-activations, then activations, then their gradients. */
  gates: 'usize',
  /** [time][panel][units][8]. */
  cells: 'usize',
  tanhCells: 'usize',
  /** [time + 1][panel][units, ones row][8]; slot 0 is the zero state. */
  hidden: 'usize',
  /** As `hidden`, times the recurrent mask; the same address as `hidden` without recurrent dropout. */
  maskedHidden: 'usize',
  /** What the layer above reads under dropout, [time][panel][units][8]; of the top layer only the last step. */
  dropped: 'usize',
  recurrentMask: 'usize',
  /** Transposed weights for the backward pass: blocks of 6 and 4 rows, [4 x units] each. */
  transposed: 'usize',
  /** Strassen's sums of the weights: those of the forward and those of the backward products. */
  forwardSums: 'usize',
  backwardSums: 'usize',
  /** Keys of this layer's masks for the current optimizer step. */
  outputKey0: 'i32',
  outputKey1: 'i32',
  recurrentKey0: 'i32',
  recurrentKey1: 'i32',
} as const satisfies Record<string, WordType>;

export type PlanField = keyof typeof planFields;
export type LayerField = keyof typeof layerFields;
export const planFieldNames = Object.keys(planFields) as PlanField[]; // the keys of a const object
export const layerFieldNames = Object.keys(layerFields) as LayerField[];

export const maxLayers = 8;
export const planBytes = planFieldNames.length * 4;
export const layerBytes = layerFieldNames.length * 4;
/** Room for one plan with all its layers. */
export const planBlockBytes = planBytes + maxLayers * layerBytes;
