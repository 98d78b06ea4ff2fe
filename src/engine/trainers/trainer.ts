import type { Params } from '../../model/hyperparameters.ts';

/**
 * One fold's numbers as a Trainer needs them. Windows are views into one series: the sample with origin t reads
 * rows t-lookback+1..t of `inputs` and is trained on `targets` of row t. Nothing is copied per window.
 */
export interface FoldTensors {
  /** (rows, features), row-major, scaled by the fold's own Scaler. */
  readonly inputs: Float32Array;
  readonly rows: number;
  readonly features: number;
  /** One flag a feature: 1 = relative to the window, the trainer subtracts inputs[origin, feature] from every step of it. */
  readonly relative: Uint8Array;
  /** (rows, horizon), row-major, scaled; targets of origin t stand in row t; rows that are no origin hold NaN. */
  readonly targets: Float32Array;
  readonly horizon: number;
  /** Origins trained on, ascending. */
  readonly trainOrigins: Int32Array;
  /** Origins predicted after each epoch, ascending. */
  readonly validationOrigins: Int32Array;
}

/** Seeds of the three random streams of one fit (uint32): initial weights, order of windows, dropout masks. */
export interface FitSeeds {
  readonly init: number;
  readonly shuffle: number;
  readonly dropout: number;
}

export interface EarlyStopping {
  /** Epochs without improvement before stopping; best-epoch weights are restored. */
  readonly patience: number;
  readonly minDelta: number;
  /** Share of the train origins, taken from their end, that is watched instead of trained on. Never validation. */
  readonly share: number;
}

export interface EpochReport {
  /** From 0. */
  readonly epoch: number;
  /** Sample-weighted mean training loss of the epoch, in scaled units. */
  readonly trainLoss: number;
  /** (validationOrigins, horizon) scaled predictions after this epoch; valid only during the callback. */
  readonly validationPredictions: Float32Array;
}

export interface FitOptions {
  readonly seeds: FitSeeds;
  readonly earlyStopping: EarlyStopping | null;
  /** Called after each epoch; training goes on only when the answer has come. */
  readonly onEpochEnd: (report: EpochReport) => Promise<'continue' | 'stop'> | 'continue' | 'stop';
  /**
   * Called after each batch; a promise is waited for before the next one. It lets the event loop turn in a long epoch and cannot
   * change what is computed.
   */
  readonly betweenBatches?: () => Promise<void> | null;
  /** Start from these weights instead of seeds.init (tests, agreement of trainers). */
  readonly initialWeights?: ModelWeights;
}

export interface LayerWeights {
  /** (inputs, 4 x units), gates i, f, c, o as in Keras. */
  readonly kernel: Float32Array;
  /** (units, 4 x units). */
  readonly recurrentKernel: Float32Array;
  /** (4 x units). */
  readonly bias: Float32Array;
}

/** Weights in the layout of Keras 3: `LSTM` layers, then one `Dense(horizon)`. */
export interface ModelWeights {
  readonly features: number;
  readonly units: number;
  readonly horizon: number;
  readonly layers: readonly LayerWeights[];
  /** kernel (units, horizon), bias (horizon). */
  readonly dense: { readonly kernel: Float32Array; readonly bias: Float32Array };
}

export interface FitResult {
  /** Epochs trained; fewer than params.epochs when the answer was stop or early stopping fired. */
  readonly epochs: number;
  readonly endedBy: 'epochs' | 'stop' | 'earlyStopping' | 'diverged';
  readonly weights: ModelWeights;
  /** (validationOrigins, horizon), scaled, of the returned weights. */
  readonly validationPredictions: Float32Array;
}

/** `wasm` or `tensorflow`, the build, and a digest of a fixed 20-step training: equal digests mean bit-equal results. */
export interface TrainerVariant {
  readonly trainer: 'wasm' | 'tensorflow';
  readonly build: string;
  readonly digest: string;
}

export interface Trainer {
  readonly variant: TrainerVariant;
  /** Bytes that `fit` will take for these sizes, computed before any is taken. */
  memoryBytes(params: Params, features: number, horizon: number): number;
  /** Rejects with Fault `outOfMemory` when the memory cannot be had; NaN or infinite loss ends with `diverged`. */
  fit(params: Params, fold: FoldTensors, options: FitOptions): Promise<FitResult>;
  /** (origins, horizon) scaled predictions; no dropout, two calls are bit-equal. */
  predict(
    weights: ModelWeights,
    fold: Pick<FoldTensors, 'inputs' | 'features' | 'relative'>,
    window: PredictWindow,
  ): Float32Array;
  dispose(): void;
}

export interface PredictWindow {
  readonly lookback: number;
  readonly origins: Int32Array;
  readonly batchSize: number;
}
