import { Fault } from '../../model/fault.ts';
import type { Study } from '../../model/study.ts';
import { tensorflowStatus } from '../trainers/tensorflow/install.ts';
import type { TrainerVariant } from '../trainers/trainer.ts';
import { startWorkerProcess } from '../worker/workerProcess.ts';
import type { SessionContext } from './context.ts';
import type { Kernels } from './kernels.ts';
import { tensorflowFolder } from './tensorflow.ts';

/** The trainer of a new experiment, and why. It does not change afterwards. */
export async function chooseTrainer(
  context: SessionContext,
  kernels: Kernels,
  study: Study,
): Promise<{ readonly variant: TrainerVariant; readonly reason: string }> {
  switch (study.trainer) {
    case 'tensorflow':
      return { variant: await tensorflowVariant(context), reason: 'tensorflow: as the study says' };
    case 'wasm':
    case 'auto': {
      const { build, digest } = await kernels.chosen();
      const why =
        study.trainer === 'wasm' ? 'as the study says' : 'the fastest of its builds that verified here';
      return { variant: { trainer: 'wasm', build, digest }, reason: `wasm (${build}): ${why}` };
    }
  }
}

/** Asked of a worker: TensorFlow is never loaded into the engine. */
async function tensorflowVariant(context: SessionContext): Promise<TrainerVariant> {
  const folder = tensorflowFolder(context);
  if (!(await tensorflowStatus(folder)))
    throw new Fault(
      'backendUnavailable',
      'The TensorFlow trainer is not installed. Run `lstm-study tensorflow install`, or set "trainer": "auto".',
    );
  const worker = startWorkerProcess({ file: context.paths.worker, onLog: context.log });
  try {
    const ready = await worker.client.request('prepare', {
      trainer: 'tensorflow',
      build: null,
      v8Flag: null,
      kernelsFolder: context.paths.kernels,
      tensorflowFolder: folder,
      memoryBytes: null,
      series: null,
    });
    return ready.variant;
  } finally {
    worker.stop();
  }
}
