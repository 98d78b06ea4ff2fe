import type { Experiment, RowRange, ScalerState } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import type { Params } from '../../model/hyperparameters.ts';
import type { DataSpec } from '../../model/dataSpec.ts';
import type { ModelWeights, TrainerVariant } from '../trainers/trainer.ts';
import { sourceOf, targetRuleOf } from './bundleInputs.ts';
import { modelBundleSchema, type BundleDocument } from './bundleSchema.ts';
import { packWeights, sha256, unpackWeights } from './bundleWeights.ts';
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
    throw new Fault(
      'badInput',
      `This is no model of LSTM Study (${issue.path.join('.')}: ${issue.message}). A forecast takes the folder final/NNNNN of a tested trial or that of export --snippet; the other exports have forecast programs of their own.`,
    );
  }
  return parsed.data;
}
