import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildName } from '../../../kernels/generate/build.ts';
import { Fault } from '../../../model/fault.ts';

/** What a kernel module exports; src/kernels/assembly/index.ts says what each does. Addresses are bytes in `memory`. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  arenaStart(): number;
  select(plan: number, samples: number): void;
  gradients(isAbsolute: number): number;
  predict(): void;
  gradientSquares(): number;
  adam(
    alpha: number,
    oneMinusBeta1: number,
    oneMinusBeta2: number,
    epsilon: number,
    clip: number,
    keep: number,
  ): void;
  rmsprop(
    learningRate: number,
    rho: number,
    oneMinusRho: number,
    epsilon: number,
    clip: number,
    keep: number,
  ): void;
  sgd(learningRate: number, momentum: number, clip: number, keep: number): void;
  f32LstmForward(
    gates: number,
    cell: number,
    tanhCell: number,
    hidden: number,
    cellBefore: number,
    units: number,
  ): void;
}

const functionNames: readonly (keyof Kernels)[] = [
  'arenaStart',
  'select',
  'gradients',
  'predict',
  'gradientSquares',
  'adam',
  'rmsprop',
  'sgd',
  'f32LstmForward',
];

/** A compiled build; instances share its code, each has a memory of its own. */
export interface KernelModule {
  readonly build: BuildName;
  readonly module: WebAssembly.Module;
}

/**
 * Compiles `<folder>/<build>.wasm`.
 * @throws Fault `backendUnavailable` when the file is missing or this V8 does not know its instructions.
 */
export async function loadKernels(folder: string, build: BuildName): Promise<KernelModule> {
  const file = join(folder, `${build}.wasm`);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(file));
  } catch (error) {
    throw new Fault('backendUnavailable', `The kernels ${file} cannot be read. Build or reinstall them.`, {
      cause: error,
    });
  }
  if (!WebAssembly.validate(bytes)) {
    throw new Fault(
      'backendUnavailable',
      `Node ${process.versions.node} does not run the ${build} kernels. An experiment keeps the kernels it was begun with: go on with the Node it was begun with, or run its study again as a new experiment.`,
    );
  }
  return { build, module: await WebAssembly.compile(bytes) };
}

/** A new instance with one page of memory. */
export function instantiate(kernels: KernelModule): Kernels {
  const { exports } = new WebAssembly.Instance(kernels.module, {});
  if (!hasKernels(exports)) throw new Error(`The ${kernels.build} kernels lack an export`);
  return exports;
}

function hasKernels(exports: WebAssembly.Exports): exports is WebAssembly.Exports & Kernels {
  return (
    exports['memory'] instanceof WebAssembly.Memory &&
    functionNames.every((name) => typeof exports[name] === 'function')
  );
}
