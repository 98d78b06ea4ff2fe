import { lanes, rowBytes, tileRows, type BuildName } from '../../../kernels/generate/build.ts';
import { panelsPerChunk, tilePanels } from '../../../kernels/generate/strassen.ts';
import {
  layerBytes,
  layerFieldNames,
  layerFields,
  planBlockBytes,
  planBytes,
  planFieldNames,
  planFields,
  type LayerField,
  type PlanField,
} from '../../../kernels/plan.ts';
import { dropThreshold, maskKeys } from '../dropoutMask.ts';
import type { ModelSizes } from '../initialWeights.ts';

/** What the memory of a model depends on. */
export interface PlanSizes extends ModelSizes {
  readonly build: BuildName;
  readonly lookback: number;
  readonly batchSize: number;
  /** Rates; a plan without dropout is smaller. */
  readonly dropout: number;
  readonly recurrentDropout: number;
  /** Overrides from which half of k on products take Strassen's way; tests use it to see small ones take it. */
  readonly strassenFrom?: number;
}

/** One plan: where its block stands in memory, and the words of it. Fields: src/kernels/plan.ts. */
export interface Plan {
  readonly at: number;
  readonly batchSize: number;
  readonly fields: Record<PlanField, number>;
  readonly layers: readonly Record<LayerField, number>[];
}

/** All of one model's memory: a plan to train (or none), a plan to predict, both on the same parameters. */
export interface MemoryLayout {
  readonly train: Plan | null;
  readonly predict: Plan;
  /** First byte after the last. */
  readonly bytes: number;
}

/** Samples predicted at once: enough panels to amortise the weights' way through the cache, few enough to stay in it. */
export const predictBatchSize = 64;

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Bytes of a panel of `rows` rows: whole cache lines and an odd number of them, or panels would share cache sets. */
function panelStride(rows: number): number {
  const bytes = roundUp(rows * rowBytes, 64);
  return (bytes / 64) % 2 === 0 ? bytes + 64 : bytes;
}

/** Strassen's products are the faster ones when half of k is at least this; measured. */
const strassenFrom = 64;
const never = 0x7fffffff;

/** Bytes of the packed sums of a matrix of 2 x `blocks` blocks of rows and 2 x `k` columns: 4 quarters. */
function strassenBytes(blocks: number, k: number): number {
  return 4 * blocks * k * tileRows * 4;
}

type Take = (bytes: number) => number;

/** Memory of a model from `start` on. Nothing is taken: `bytes` says what it will need. */
export function layoutMemory(sizes: PlanSizes, start: number, purpose: 'train' | 'predict'): MemoryLayout {
  let top = roundUp(start, 64);
  const take: Take = (bytes) => {
    const at = top;
    top = roundUp(top + bytes, 64);
    return at;
  };
  const shape = modelShape(sizes);
  const parameters = takeParameters(shape, purpose, take);
  const train = purpose === 'train' ? layoutPlan(sizes, shape, { parameters, keepsTime: true }, take) : null;
  const small = { ...sizes, batchSize: predictBatchSize, dropout: 0, recurrentDropout: 0 };
  const predict = layoutPlan(small, shape, { parameters, keepsTime: false }, take);
  return { train, predict, bytes: top };
}

/** Row counts and strides that both plans share, and the layout of the parameters. */
interface ModelShape {
  readonly gateBlocks: number;
  readonly gradientRows: number;
  readonly hiddenRows: number;
  readonly layers: readonly {
    inputSize: number;
    inputRows: number;
    rows: number;
    weightsAt: number;
  }[];
  readonly headAt: number;
  readonly headStride: number;
  readonly parameterBytes: number;
}

function modelShape(sizes: ModelSizes): ModelShape {
  const { features, units, layers, horizon } = sizes;
  const gateBlocks = Math.ceil((4 * units) / tileRows);
  const hiddenRows = Math.max(roundUp(units + 1, 2), 4);
  let top = 0;
  const layerShapes = Array.from({ length: layers }, (_, l) => {
    const inputSize = l === 0 ? features : units;
    const inputRows = roundUp(inputSize, 2);
    const rows = inputRows + hiddenRows;
    const weightsAt = top;
    top = roundUp(top + gateBlocks * rows * tileRows * 4, 64);
    return { inputSize, inputRows, rows, weightsAt };
  });
  const headAt = top;
  const headStride = roundUp((units + 1) * 4, 64);
  return {
    gateBlocks,
    gradientRows: Math.max(roundUp(units, 2), 4),
    hiddenRows,
    layers: layerShapes,
    headAt,
    headStride,
    parameterBytes: headAt + horizon * headStride,
  };
}

type ParameterPlaces = Pick<
  Record<PlanField, number>,
  'parameters' | 'gradients' | 'firstMoment' | 'secondMoment'
>;

function takeParameters(shape: ModelShape, purpose: 'train' | 'predict', take: Take): ParameterPlaces {
  const parameters = take(shape.parameterBytes);
  if (purpose === 'predict') return { parameters, gradients: 0, firstMoment: 0, secondMoment: 0 };
  return {
    parameters,
    gradients: take(shape.parameterBytes),
    firstMoment: take(shape.parameterBytes),
    secondMoment: take(shape.parameterBytes),
  };
}

/** One table of sizes: every array of a plan in the order it stands in memory. */
function layoutPlan(
  sizes: PlanSizes,
  shape: ModelShape,
  mode: { readonly parameters: ParameterPlaces; readonly keepsTime: boolean },
  take: Take,
): Plan {
  const { features, units, layers, horizon, lookback, build } = sizes;
  const { keepsTime } = mode;
  const panels = Math.ceil(sizes.batchSize / lanes);
  const steps = keepsTime ? lookback : 1;
  const inputStride = panelStride(roundUp(features, 2));
  const hiddenStride = panelStride(shape.hiddenRows);
  const gateStride = panelStride(shape.gateBlocks * tileRows);
  const cellStride = panelStride(shape.gradientRows);
  const onlyTraining: Take = (bytes) => (keepsTime ? take(bytes) : 0);
  const outputs = panels * horizon * rowBytes;
  const samples = panelsPerChunk * lanes;
  const halfBlocks = Math.floor(shape.gateBlocks / 2);
  const widestInput = Math.max(...shape.layers.map((layer) => layer.inputSize));
  const weightPanels = Math.ceil((widestInput + units + 1) / lanes);
  const from = keepsTime ? (sizes.strassenFrom ?? strassenFrom) : never;
  const halfOfSamples = samples / 2;
  const ifStrassen = (k: number, bytes: number): number => (k >= from ? take(bytes) : 0);
  const tile = tilePanels(build);
  const sampledStride = panelStride(samples);
  const fields: Record<PlanField, number> = {
    lookback,
    units,
    layers,
    horizon,
    keepsTime: keepsTime ? 1 : 0,
    gateBlocks: shape.gateBlocks,
    gradientRows: shape.gradientRows,
    hiddenRows: shape.hiddenRows,
    inputStride,
    hiddenStride,
    gateStride,
    cellStride,
    inputs: take(lookback * panels * inputStride),
    targets: onlyTraining(outputs),
    predictions: take(outputs),
    dPredictions: onlyTraining(outputs),
    dHidden: onlyTraining((layers > 1 ? lookback : 1) * panels * cellStride),
    dRecurrent: onlyTraining(panels * cellStride),
    dCell: onlyTraining(panels * cellStride),
    zeros: take(cellStride),
    strassenFrom: from,
    sums: onlyTraining(4 * tile * panelStride(Math.max(2 * units, halfOfSamples))),
    partials: onlyTraining(
      2 * tile * Math.max(halfBlocks, Math.ceil(units / tileRows)) * tileRows * rowBytes,
    ),
    sampledGates: onlyTraining(shape.gateBlocks * (samples * tileRows * 4 + 64)),
    combinedGates: ifStrassen(halfOfSamples, strassenBytes(halfBlocks, halfOfSamples)),
    sampledInputs: onlyTraining(weightPanels * sampledStride),
    sampledStride,
    weightPanels: onlyTraining(weightPanels * gateStride),
    ...mode.parameters,
    parameterBytes: shape.parameterBytes,
    headAt: shape.headAt,
    headStride: shape.headStride,
    outputScale: 1 / (1 - sizes.dropout),
    outputThreshold: dropThreshold(sizes.dropout),
    recurrentScale: 1 / (1 - sizes.recurrentDropout),
    recurrentThreshold: dropThreshold(sizes.recurrentDropout),
  };
  const hasRecurrentMask = fields.recurrentThreshold > 0;
  const layerPlans = shape.layers.map((layer, l): Record<LayerField, number> => {
    const hidden = take((keepsTime ? lookback + 1 : 1) * panels * hiddenStride);
    const droppedSteps = l === layers - 1 ? 1 : lookback;
    const halfOfInputs = l === 0 ? Math.floor(units / 2) : units;
    const backwardBlocks = Math.floor(((l === 0 ? 0.5 : 1) * shape.gradientRows) / tileRows);
    return {
      ...layer,
      gates: take(steps * panels * gateStride),
      cells: take(steps * panels * cellStride),
      tanhCells: take(steps * panels * cellStride),
      hidden,
      maskedHidden: hasRecurrentMask ? take((lookback + 1) * panels * hiddenStride) : hidden,
      dropped: fields.outputThreshold > 0 ? take(droppedSteps * panels * hiddenStride) : 0,
      recurrentMask: hasRecurrentMask ? take(panels * cellStride) : 0,
      transposed: onlyTraining((l === 0 ? 1 : 2) * shape.gradientRows * 4 * units * 4),
      forwardSums: ifStrassen(halfOfInputs, strassenBytes(halfBlocks, halfOfInputs)),
      backwardSums: ifStrassen(2 * units, strassenBytes(backwardBlocks, 2 * units)),
      outputKey0: 0,
      outputKey1: 0,
      recurrentKey0: 0,
      recurrentKey1: 0,
    };
  });
  return { at: take(planBlockBytes), batchSize: sizes.batchSize, fields, layers: layerPlans };
}

/** Writes the plan's block, and the rows of ones that turn bias gradients into one more column of the weight gradient. */
export function writePlan(memory: WebAssembly.Memory, plan: Plan): void {
  const view = new DataView(memory.buffer);
  planFieldNames.forEach((name, i) => {
    writeWord(view, plan.at + 4 * i, planFields[name], plan.fields[name]);
  });
  plan.layers.forEach((layer, l) => {
    layerFieldNames.forEach((name, i) => {
      writeWord(view, plan.at + planBytes + l * layerBytes + 4 * i, layerFields[name], layer[name]);
    });
  });
  if (plan.fields.keepsTime === 0) return;
  const floats = new Float32Array(memory.buffer);
  const { lookback, units, hiddenStride } = plan.fields;
  const slots = (lookback + 1) * Math.ceil(plan.batchSize / lanes);
  for (const layer of plan.layers) {
    for (let slot = 0; slot < slots; slot++) {
      const at = (layer.maskedHidden + slot * hiddenStride + units * rowBytes) / 4;
      floats.fill(1, at, at + lanes);
    }
  }
}

/** Writes the keys of all masks of one optimizer step (from 0). */
export function writeMaskKeys(
  memory: WebAssembly.Memory,
  plan: Plan,
  at: { readonly seed: number; readonly step: number },
): void {
  if (plan.fields.outputThreshold === 0 && plan.fields.recurrentThreshold === 0) return;
  const view = new DataView(memory.buffer);
  plan.layers.forEach((_, l) => {
    const output = maskKeys(at.seed, at.step, l, 'output');
    const recurrent = maskKeys(at.seed, at.step, l, 'recurrent');
    const keys: Partial<Record<LayerField, number>> = {
      outputKey0: output.key0,
      outputKey1: output.key1,
      recurrentKey0: recurrent.key0,
      recurrentKey1: recurrent.key1,
    };
    const block = plan.at + planBytes + l * layerBytes;
    layerFieldNames.forEach((name, i) => {
      const key = keys[name];
      if (key !== undefined) view.setInt32(block + 4 * i, key, true);
    });
  });
}

function writeWord(view: DataView, at: number, type: 'i32' | 'f32' | 'usize', value: number): void {
  if (type === 'f32') view.setFloat32(at, value, true);
  else if (type === 'usize') view.setUint32(at, value, true);
  else view.setInt32(at, value, true);
}
