import { createHash } from 'node:crypto';
import type { Experiment, RowRange, ScalerState } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import type { Params } from '../../model/hyperparameters.ts';
import type { DataSpec, ForecastKind } from '../../model/dataSpec.ts';
import type { LayerWeights, ModelWeights, TrainerVariant } from '../trainers/trainer.ts';
import { modelBundleSchema, type BundleDocument, type BundleInput, type TargetRule } from './bundleSchema.ts';
import { defaultPeriod } from '../data/indicators.ts';
import type { ExportFile } from './exportFile.ts';

/** A model with everything needed to forecast again; stored as <base>.json and <base>.bin in final/NNNNN/. */
export interface ModelBundle {
  readonly document: BundleDocument;
  readonly weights: ModelWeights;
}

/** One refit as `test` has it in hand. */
export interface Refit {
  readonly experiment: Experiment;
  readonly trial: number;
  readonly params: Params;
  readonly seed: number;
  /** Rows refitted on: all search rows. */
  readonly rows: RowRange;
  readonly scaler: ScalerState;
  /** As in FoldTensors: one flag an input. */
  readonly relative: Uint8Array;
  readonly weights: ModelWeights;
  readonly variant: TrainerVariant;
}

/** The bundle of one refit. The exported model of a trial is that of its first refit seed. */
export function modelBundleOf(refit: Refit, base = 'model'): ModelBundle {
  const { experiment, params, scaler, weights } = refit;
  const { study, resolved } = experiment;
  const data: DataSpec = { ...study.data, price: resolved.price, date: resolved.date };
  const { tensors, bytes } = packWeights(weights);
  const document: BundleDocument = {
    format: 1,
    kind: 'lstm-study-model',
    name: experiment.name,
    shape: {
      features: weights.features,
      units: weights.units,
      layers: weights.layers.length,
      horizon: weights.horizon,
    },
    window: {
      lookback: params.lookback,
      rule: 'rows t-lookback+1..t, oldest first; step h forecasts row t+h',
    },
    inputs: scaler.columns.map((name, i) => ({
      name,
      source: sourceOf(data, i, name),
      relative: refit.relative[i] === 1,
      center: scaler.center[i],
      scale: scaler.scale[i],
    })),
    target: {
      column: resolved.price,
      forecast: data.forecast,
      rule: targetRuleOf(data.forecast),
      ...scaler.target,
    },
    scalerKind: scaler.kind,
    data,
    params,
    weights: {
      file: `${base}.bin`,
      dtype: 'float32',
      byteOrder: 'little',
      gates: 'i,f,c,o',
      sha256: sha256(bytes),
      tensors,
    },
    provenance: {
      experiment: experiment.id,
      trial: refit.trial,
      seed: refit.seed,
      studyHash: experiment.studyHash,
      dataHash: experiment.dataHash,
      rows: refit.rows,
      variant: refit.variant,
      environment: experiment.environment,
    },
  };
  return { document, weights };
}

/** The two files of a bundle, ready to be written beside each other. */
export function bundleFiles({ document, weights }: ModelBundle): readonly [ExportFile, ExportFile] {
  const base = document.weights.file.replace(/\.bin$/, '');
  return [
    { name: `${base}.json`, text: `${JSON.stringify(document, null, 2)}\n` },
    { name: document.weights.file, bytes: packWeights(weights).bytes },
  ];
}

/**
 * Reads model.json (as text) and the bytes of its weights file.
 * Throws Fault `badInput` where it is no model bundle, `storeNewer` for a later format, `storeDamaged` where hash or sizes do not fit.
 */
export function parseModelBundle(json: string, bytes: Uint8Array): ModelBundle {
  const document = parseBundleDocument(json);
  if (sha256(bytes) !== document.weights.sha256)
    throw new Fault(
      'storeDamaged',
      `${document.weights.file} is not the file that model.json was written with (its SHA-256 differs). Export the model again.`,
    );
  return { document, weights: unpackWeights(document, bytes) };
}

/** model.json alone, to learn the name of the weights file before reading it. */
export function parseBundleDocument(json: string): BundleDocument {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch (error) {
    throw new Fault('badInput', 'This is no model: model.json is not JSON.', { cause: error });
  }
  if (
    typeof raw === 'object' &&
    raw !== null &&
    'format' in raw &&
    typeof raw.format === 'number' &&
    raw.format > 1
  )
    throw new Fault('storeNewer', `The model has format ${raw.format}; this version reads format 1.`);
  const parsed = modelBundleSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Fault('badInput', `This is no model of LSTM Study: ${issue.path.join('.')}: ${issue.message}`);
  }
  return parsed.data;
}

/** Layout of the binary: LSTM layers in order (kernel, recurrent kernel, bias), then dense (kernel, bias); float32, little-endian. */
export function weightTensors(
  weights: ModelWeights,
): readonly { readonly name: string; readonly shape: readonly number[]; readonly values: Float32Array }[] {
  const { units, horizon } = weights;
  const layers = weights.layers.flatMap((layer, i) => [
    {
      name: `lstm_${i + 1}/kernel`,
      shape: [i === 0 ? weights.features : units, 4 * units],
      values: layer.kernel,
    },
    { name: `lstm_${i + 1}/recurrent_kernel`, shape: [units, 4 * units], values: layer.recurrentKernel },
    { name: `lstm_${i + 1}/bias`, shape: [4 * units], values: layer.bias },
  ]);
  return [
    ...layers,
    { name: 'dense/kernel', shape: [units, horizon], values: weights.dense.kernel },
    { name: 'dense/bias', shape: [horizon], values: weights.dense.bias },
  ];
}

/** Little-endian bytes of float32 values, on any machine. */
export function float32Bytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat32(i * 4, value, true));
  return bytes;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function packWeights(weights: ModelWeights): {
  tensors: BundleDocument['weights']['tensors'];
  bytes: Uint8Array;
} {
  let offset = 0;
  const tensors: BundleDocument['weights']['tensors'] = [];
  const parts: Uint8Array[] = [];
  for (const { name, shape, values } of weightTensors(weights)) {
    const size = shape.reduce((product, n) => product * n, 1);
    if (values.length !== size)
      throw new RangeError(`${name}: ${values.length} weights where the shape has ${size}`);
    tensors.push({ name, shape: [...shape], offset });
    parts.push(float32Bytes(values));
    offset += size * 4;
  }
  return { tensors, bytes: concatBytes(parts) };
}

function unpackWeights(document: BundleDocument, bytes: Uint8Array): ModelWeights {
  const { features, units, layers, horizon } = document.shape;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = (name: string, shape: readonly number[]): Float32Array => {
    const tensor = document.weights.tensors.find((t) => t.name === name);
    const size = shape.reduce((product, n) => product * n, 1);
    if (!tensor || tensor.shape.join() !== shape.join() || tensor.offset + size * 4 > bytes.byteLength)
      throw new Fault(
        'storeDamaged',
        `${document.weights.file} does not hold ${name} as (${shape.join(', ')}).`,
      );
    return Float32Array.from({ length: size }, (_, i) => view.getFloat32(tensor.offset + i * 4, true));
  };
  const layerWeights = Array.from({ length: layers }, (_, i): LayerWeights => ({
    kernel: read(`lstm_${i + 1}/kernel`, [i === 0 ? features : units, 4 * units]),
    recurrentKernel: read(`lstm_${i + 1}/recurrent_kernel`, [units, 4 * units]),
    bias: read(`lstm_${i + 1}/bias`, [4 * units]),
  }));
  if (document.inputs.length !== features)
    throw new Fault(
      'storeDamaged',
      `model.json names ${document.inputs.length} inputs, its weights take ${features}.`,
    );
  return {
    features,
    units,
    horizon,
    layers: layerWeights,
    dense: { kernel: read('dense/kernel', [units, horizon]), bias: read('dense/bias', [horizon]) },
  };
}

/**
 * Inputs come in the order of `features`, then indicators; none at all: the price in the form that is forecast. The name of an
 * input is its column as the file writes it, followed by the transform.
 */
function sourceOf(data: DataSpec, input: number, name: string): BundleInput['source'] {
  if (data.features.length === 0 && data.indicators.length === 0)
    return { kind: 'column', column: data.price ?? '', transform: priceTransform(data.forecast) };
  const feature = data.features[input];
  if (!feature) return indicatorSource(data, input - data.features.length);
  const { transform } = feature;
  const ending = `.${transform}`;
  const column = transform !== 'none' && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
  return { kind: 'column', column, transform };
}

/** Indicator and output that input `index` behind the features is; defaults as in data/indicators.ts. */
function indicatorSource(data: DataSpec, index: number): BundleInput['source'] {
  let left = index;
  for (const spec of data.indicators) {
    const { kind } = spec;
    const outputs = kind === 'macd' ? 3 : kind === 'bollinger' ? 2 : 1;
    if (left < outputs)
      return {
        kind: 'indicator',
        indicator: kind,
        column: spec.column ?? data.price ?? '',
        period: spec.period ?? defaultPeriod(kind),
        fast: spec.fast ?? 12,
        slow: spec.slow ?? 26,
        signal: spec.signal ?? 9,
        deviations: spec.deviations ?? 2,
        output: left,
      };
    left -= outputs;
  }
  throw new RangeError(`The study has no input ${data.features.length + index}.`);
}

function priceTransform(forecast: ForecastKind): 'logReturn' | 'none' | 'log' {
  switch (forecast) {
    case 'logReturn':
      return 'logReturn';
    case 'price':
      return 'none';
    case 'windowRelative':
      return 'log';
  }
}

function targetRuleOf(forecast: ForecastKind): TargetRule {
  switch (forecast) {
    case 'logReturn':
      return 'sumLogReturns';
    case 'price':
      return 'price';
    case 'windowRelative':
      return 'logRatio';
  }
}
