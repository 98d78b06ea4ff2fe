import { buildNames } from '../../kernels/generate/build.ts';
import type { Experiment } from '../../model/experiment.ts';
import { Fault } from '../../model/fault.ts';
import { flopsOf } from '../experiment/foldRun.ts';
import { chooseBuildInChild } from '../trainers/wasm/chooseBuildInChild.ts';
import { timedTraining } from '../trainers/wasm/pick.ts';
import { revectorizeFlag } from '../trainers/wasm/v8Flag.ts';
import type { SessionContext } from './context.ts';

/** Which kernels workers get. */
export interface KernelSetup {
  readonly build: string;
  readonly v8Flag: string | null;
}

export interface Kernels {
  /** The fastest build that verifies here; tried once, when it is first asked for. */
  chosen(): Promise<KernelSetup & { readonly digest: string; readonly flopsPerMs: number }>;
  /** The build an experiment began with. */
  of(experiment: Experiment): Promise<KernelSetup>;
}

/** The training step that the choice is timed with: one batch, nothing validated. */
const timedSizes = {
  features: timedTraining.fold.features,
  trainWindows: timedTraining.fold.trainOrigins.length,
  validationWindows: 0,
};

export function createKernels({ paths, settings, log }: SessionContext): Kernels {
  let choice: ReturnType<Kernels['chosen']> | null = null;
  const choose = async (): ReturnType<Kernels['chosen']> => {
    const wanted = settings().build;
    const pinned = buildNames.find((name) => name === wanted);
    if (wanted !== undefined && !pinned)
      throw new Fault(
        'badInput',
        `There is no build "${wanted}" of the kernels; there are ${buildNames.join(', ')}.`,
      );
    const found = await chooseBuildInChild({
      entry: paths.chooseBuild,
      kernelsFolder: paths.kernels,
      ...(pinned ? { pinned } : {}),
    });
    for (const { build, outcome } of found.trials)
      log(
        'debug',
        `kernels ${build}: ${'rejected' in outcome ? outcome.rejected : `${outcome.msPerStep.toFixed(3)} ms a step, ${outcome.digest}`}`,
      );
    return {
      build: found.build,
      v8Flag: found.v8Flag,
      digest: found.digest,
      flopsPerMs: flopsOf(timedTraining.params, timedSizes) / found.meanMsPerStep,
    };
  };
  return {
    chosen: () => {
      choice ??= choose().catch((error: unknown) => {
        choice = null; // asked again next time
        throw error;
      });
      return choice;
    },
    of: async (experiment) => {
      const { build, trainer } = experiment.resolved.variant;
      if (trainer === 'tensorflow') return { build, v8Flag: null };
      return { build, v8Flag: build === 'revec' ? await revectorizeFlag() : null };
    },
  };
}
