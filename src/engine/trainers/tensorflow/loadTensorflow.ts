import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import type * as tfTypes from '@tensorflow/tfjs';
import { Fault } from '../../../model/fault.ts';
import { packageFolderOf } from './sources.ts';

type Tensor = tfTypes.Tensor;

/** Attribute of an op as the addon takes it. */
interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean;
}

/** An int64 number; tensors of JavaScript have none. */
interface Int64Scalar {
  readonly dtype: string;
}

/** What this trainer uses of the addon's backend, which the package does not type. */
interface NodeBackend {
  readonly binding: {
    readonly TF_Version: string;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_TYPE: number;
    readonly TF_FLOAT: number;
  };
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly (Tensor | Int64Scalar)[],
    outputs: number,
  ): Tensor[];
}

export interface Tensorflow {
  readonly tf: typeof tfTypes;
  /** Version of libtensorflow. */
  readonly version: string;
  readonly backend: NodeBackend;
  readonly int64: (value: number) => Int64Scalar;
}

/** Threads of libtensorflow's pools: trials run side by side, so each worker keeps to one. */
const environment = {
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  TF_CPP_MIN_LOG_LEVEL: '3',
} as const;

/**
 * Loads the installed package into this process. To be called in a worker process that does nothing else: libtensorflow takes 400 MB,
 * starts threads, reads its environment variables once, and a crash of it ends the process.
 * @throws Fault `backendUnavailable` when nothing is installed in the folder or it does not load
 */
export function loadTensorflow(folder: string): Tensorflow {
  for (const [name, value] of Object.entries(environment)) process.env[name] ??= value;
  // Node 23 took this function away and the package still calls it (tensorflow/tfjs#8609).
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  const packageFolder = packageFolderOf(folder);
  const require = createRequire(join(packageFolder, 'package.json'));
  let tf: typeof tfTypes;
  try {
    tf = require(packageFolder) as typeof tfTypes; // the package types itself so
  } catch (error) {
    throw new Fault(
      'backendUnavailable',
      `TensorFlow is not installed in ${folder}, or does not load here (${error instanceof Error ? error.message.split('\n')[0] : String(error)}). ` +
        'Install it with "lstm-study tensorflow install", or use the embedded trainer.',
      { cause: error },
    );
  }
  const backend: unknown = tf.backend();
  if (!isNodeBackend(backend)) {
    throw new Fault(
      'backendUnavailable',
      `What is installed in ${folder} is not @tensorflow/tfjs-node: install again.`,
    );
  }
  const { Int64Scalar } = require('./dist/int64_tensors.js') as {
    Int64Scalar: new (value: number) => Int64Scalar;
  }; // plain JavaScript of the pinned version
  return { tf, version: backend.binding.TF_Version, backend, int64: (value) => new Int64Scalar(value) };
}

function isNodeBackend(backend: unknown): backend is NodeBackend {
  return typeof backend === 'object' && backend !== null && 'executeMultipleOutputs' in backend;
}
