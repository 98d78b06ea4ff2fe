import type { Experiment } from '../../model/experiment.ts';
import type { Params } from '../../model/hyperparameters.ts';
import { Fault } from '../../model/fault.ts';
import { searchSpaceOf, type SearchSpace } from '../../model/searchSpace.ts';
import type { StudyOnData } from '../experiment/readStudy.ts';
import { createRng, hashSeed } from '../rng.ts';
import { randomSampler } from '../samplers/random.ts';
import { fasterTrainer, type SpeedPoint } from '../trainers/auto.ts';
import { tensorflowStatus } from '../trainers/tensorflow/install.ts';
import type { TrainerVariant } from '../trainers/trainer.ts';
import { startWorkerProcess, type WorkerProcess } from '../worker/workerProcess.ts';
import type { SessionContext } from './context.ts';
import type { Kernels, KernelSetup } from './kernels.ts';
import { tensorflowFolder } from './tensorflow.ts';

interface TrainerChoice {
  readonly variant: TrainerVariant;
  readonly reason: string;
}

/** The trainer of a new experiment, and why. It does not change afterwards. */
export async function chooseTrainer(
  context: SessionContext,
  kernels: Kernels,
  { study, data }: Pick<StudyOnData, 'study' | 'data'>,
): Promise<TrainerChoice> {
  switch (study.trainer) {
    case 'tensorflow': {
      if (!(await hasTensorflow(context)))
        throw new Fault(
          'backendUnavailable',
          'The TensorFlow trainer is not installed. Install it (in VS Code: LSTM Study: Install TensorFlow Trainer; in a shell: `lstm-study tensorflow install`), or set "trainer": "auto".',
        );
      const { variant } = await askWorker(context, kernels, 'tensorflow');
      return { variant, reason: 'tensorflow: as the study says' };
    }
    case 'wasm': {
      const { build, digest } = await kernels.chosen();
      return {
        variant: { trainer: 'wasm', build, digest },
        reason: `wasm (${build}): as the study says`,
      };
    }
    case 'auto': {
      const { build, digest } = await kernels.chosen();
      const embedded: TrainerVariant = { trainer: 'wasm', build, digest };
      if (await hasTensorflow(context))
        return fasterHere(context, kernels, {
          embedded,
          samples: samplesOf(searchSpaceOf(study)),
          features: data.series.inputNames.length,
        });
      return {
        variant: embedded,
        reason: `wasm (${build}): the fastest of its builds that verified here; TensorFlow is not installed`,
      };
    }
  }
}

async function hasTensorflow(context: SessionContext): Promise<boolean> {
  return (await tensorflowStatus(tensorflowFolder(context))) !== null;
}

const sampledParams = 32;

/** Params spread over the space, always the same ones. */
function samplesOf(space: SearchSpace): Params[] {
  return Array.from({ length: sampledParams }, (_, i) =>
    randomSampler.suggest(space, [], i, createRng(hashSeed(0, 'trainerChoice', i))),
  ).filter((params) => params !== null);
}

/** Times both trainers, one after the other, each in a worker of its own. TensorFlow that does not run here is no reason to stop. */
async function fasterHere(
  context: SessionContext,
  kernels: Kernels,
  space: {
    readonly embedded: TrainerVariant;
    readonly samples: readonly Params[];
    readonly features: number;
  },
): Promise<TrainerChoice> {
  const { embedded, samples, features } = space;
  try {
    const wasm = await askWorker(context, kernels, 'wasm');
    const other = await askWorker(context, kernels, 'tensorflow');
    const candidates = {
      wasm: { trainer: 'wasm', build: embedded.build, speed: wasm.speed },
      tensorflow: { trainer: 'tensorflow', build: other.variant.build, speed: other.speed },
    } as const;
    const { chosen, reason } = fasterTrainer(candidates, samples, features);
    return { variant: chosen.trainer === 'wasm' ? embedded : other.variant, reason };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.log('warn', `TensorFlow was not compared: ${why}`);
    return {
      variant: embedded,
      reason: `wasm (${embedded.build}): TensorFlow is installed but did not run here`,
    };
  }
}

/** What a worker here computes with, set up as the experiment was. Fault where that does not start. */
export async function variantHere(
  context: SessionContext,
  kernels: Kernels,
  experiment: Experiment,
): Promise<TrainerVariant> {
  const { trainer } = experiment.resolved.variant;
  return withWorker(context, { trainer, ...(await kernels.of(experiment)) }, (_, variant) =>
    Promise.resolve(variant),
  );
}

/** Asked of a worker: TensorFlow is never loaded into the engine, and the kernels' V8 flag never set in it. */
async function askWorker(
  context: SessionContext,
  kernels: Kernels,
  trainer: 'wasm' | 'tensorflow',
): Promise<{ readonly variant: TrainerVariant; readonly speed: readonly SpeedPoint[] }> {
  return withWorker(context, { trainer, ...(await kernels.chosen()) }, async (worker, variant) => ({
    variant,
    speed: await worker.client.request('measure', {}),
  }));
}

/** Starts a worker without a series for one question. */
async function withWorker<Answer>(
  context: SessionContext,
  { trainer, build, v8Flag }: KernelSetup & { readonly trainer: 'wasm' | 'tensorflow' },
  ask: (worker: WorkerProcess, variant: TrainerVariant) => Promise<Answer>,
): Promise<Answer> {
  const worker = startWorkerProcess({ file: context.paths.worker, onLog: context.log });
  try {
    const ready = await worker.client.request('prepare', {
      trainer,
      build: trainer === 'wasm' ? build : null,
      v8Flag: trainer === 'wasm' ? v8Flag : null,
      kernelsFolder: context.paths.kernels,
      tensorflowFolder: tensorflowFolder(context),
      memoryBytes: null,
      series: null,
    });
    return await ask(worker, ready.variant);
  } finally {
    worker.stop();
  }
}
