import { buildNames, type BuildName } from '../../kernels/generate/build.ts';
import { Fault, isFault } from '../../model/fault.ts';
import type { WorkerSetup } from '../../protocol/worker.ts';
import type { Trainer } from '../trainers/trainer.ts';
import { createWasmTrainer } from '../trainers/wasm/createWasmTrainer.ts';

/** Tried in this order when no build is asked for. */
const fallbacks: readonly BuildName[] = ['relaxed', 'plain'];

/** The trainer a worker was set up for. Faults `backendUnavailable`, `variantMissing`. */
export async function createTrainer(setup: WorkerSetup): Promise<Trainer> {
  switch (setup.trainer) {
    case 'wasm':
      return createEmbedded(setup);
    case 'tensorflow':
      return createTensorflow(setup);
  }
}

async function createTensorflow({ tensorflowFolder, memoryBytes }: WorkerSetup): Promise<Trainer> {
  if (tensorflowFolder === null)
    throw new Fault('backendUnavailable', 'No place of the TensorFlow trainer was given.');
  // Loaded on demand: it brings a native library into this process.
  const { createTensorflowTrainer } = await import('../trainers/tensorflow/createTensorflowTrainer.ts');
  return createTensorflowTrainer({
    folder: tensorflowFolder,
    ...(memoryBytes === null ? {} : { memoryLimitBytes: memoryBytes }),
  });
}

async function createEmbedded({ build, v8Flag, kernelsFolder }: WorkerSetup): Promise<Trainer> {
  if (build !== null) {
    const known = buildNames.find((name) => name === build);
    if (!known)
      throw new Fault(
        'variantMissing',
        `There is no build "${build}" of the kernels; there are ${buildNames.join(', ')}.`,
      );
    return createWasmTrainer({ kernelsFolder, build: known, v8Flag });
  }
  let last: unknown = null;
  for (const candidate of fallbacks) {
    try {
      return await createWasmTrainer({ kernelsFolder, build: candidate, v8Flag: null });
    } catch (error) {
      if (!isFault(error)) throw error;
      last = error;
    }
  }
  throw last;
}
