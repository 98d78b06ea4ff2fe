import type { FoldRecord } from '../model/trial.ts';
import type { Params } from '../model/hyperparameters.ts';
import type { Metrics, Objective } from '../model/metrics.ts';
import type { FaultCode } from '../model/fault.ts';

/** What the engine asks of a trial worker (a child process with one trainer and one build). */
export interface WorkerContract {
  requests: {
    prepare: {
      params: WorkerSetup;
      result: { variant: { trainer: 'wasm' | 'tensorflow'; build: string; digest: string }; startMs: number };
    };
    /** Times the prepared trainer here at a few sizes, in a second or some: what `trainer: auto` compares. */
    measure: {
      params: Record<string, never>;
      result: readonly {
        readonly units: number;
        readonly batchSize: number;
        readonly hasRecurrentDropout: boolean;
        readonly ms: number;
      }[];
    };
    /** Fits one fold; after each epoch `epoch` is sent and the worker waits for `decide`. */
    fold: { params: FoldTask; result: FoldOutcome };
    /** Answer to an `epoch` event. */
    decide: { params: { task: number; answer: 'continue' | 'stop' }; result: null };
  };
  events: {
    epoch: { task: number; epoch: number; train: number; validation: number };
    log: { level: 'debug' | 'info' | 'warn' | 'error'; text: string };
  };
}

/** The search part of the series (the test range is physically absent), sent once per experiment. */
export interface WorkerSetup {
  readonly trainer: 'wasm' | 'tensorflow';
  readonly build: string | null;
  /** Flag of V8 that this build needs, set in the worker only. */
  readonly v8Flag: string | null;
  readonly kernelsFolder: string;
  readonly tensorflowFolder: string | null;
  /** Most bytes one fit may take; null: what the trainer can address. */
  readonly memoryBytes: number | null;
  /** What data/ made of the file: opaque here, its type is the data folder's. */
  readonly series: unknown;
}

export interface FoldTask {
  readonly task: number;
  readonly params: Params;
  /** Fold of the plan, or `refit`: train on all search rows, predict the range that was opened. */
  readonly fold: number | 'refit';
  readonly objective: Objective;
  readonly seeds: { readonly init: number; readonly shuffle: number; readonly dropout: number };
  readonly keepPredictions: boolean;
  readonly keepWeights: boolean;
  /** Delay planted by tests before the result is sent, ms. */
  readonly delayMs?: number;
}

export type FoldOutcome =
  | {
      readonly kind: 'done';
      readonly record: FoldRecord;
      /** Objective of the fold, full precision; null when it was stopped by `decide`. */
      readonly value: number | null;
      readonly metrics: Metrics | null;
      /** (origins, horizon), prices; null unless kept. */
      readonly predictions: Float32Array | null;
      /** Weights in Keras' layout, when kept. */
      readonly weights: unknown;
      readonly ms: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'fault';
      readonly code: FaultCode;
      readonly message: string;
      readonly record: FoldRecord | null;
    };
