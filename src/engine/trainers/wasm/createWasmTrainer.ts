import type { BuildName } from '../../../kernels/generate/build.ts';
import { Fault } from '../../../model/fault.ts';
import type { Params } from '../../../model/hyperparameters.ts';
import type { FoldTensors, Trainer } from '../trainer.ts';
import { createArenaPool } from './arenaPool.ts';
import { addressableBytes } from './arena.ts';
import { trainingDigest } from './digest.ts';
import { runFit } from './fit.ts';
import { instantiate, loadKernels } from './kernels.ts';
import { layoutMemory, type PlanSizes } from './plan.ts';
import { createPredictSession, createTrainSession } from './session.ts';
import { revectorizeFlag, setV8Flag } from './v8Flag.ts';

export interface WasmTrainerOptions {
  /** Folder with <build>.wasm. */
  readonly kernelsFolder: string;
  /** What chooseBuild() found, or a pinned build. */
  readonly build: BuildName;
  /**
   * Set before the kernels are compiled, for the whole process: revec belongs into a worker that runs nothing else. Default: asked of
   * this V8 when the build is revec, which takes some 30 ms.
   */
  readonly v8Flag?: string | null;
  /** The digest this build must have here; another one is the Fault `variantMissing`. */
  readonly digest?: string;
  /** Most bytes one fit may take; default all that 32 bits address. */
  readonly memoryLimitBytes?: number;
}

/**
 * The embedded trainer.
 * @throws Fault `backendUnavailable` when the kernels are missing or do not run here, `variantMissing` when their digest is not the one asked for.
 */
export async function createWasmTrainer(options: WasmTrainerOptions): Promise<Trainer> {
  const { build } = options;
  const v8Flag = options.v8Flag === undefined && build === 'revec' ? await revectorizeFlag() : options.v8Flag;
  if (v8Flag) setV8Flag(v8Flag);
  const module = await loadKernels(options.kernelsFolder, build);
  const arenas = createArenaPool(module, options.memoryLimitBytes ?? addressableBytes);
  const firstByte = instantiate(module).arenaStart();
  const digest = arenas.use((arena) => trainingDigest(arena, build));
  if (options.digest !== undefined && options.digest !== digest) {
    throw new Fault(
      'variantMissing',
      `The ${build} kernels compute otherwise here (${digest}) than where the experiment began (${options.digest}).`,
    );
  }
  return {
    variant: { trainer: 'wasm', build, digest },
    memoryBytes: (params, features, horizon) =>
      layoutMemory(planSizes(build, params, { features, horizon }), firstByte, 'train').bytes,
    fit: (params, fold, fitOptions) =>
      arenas.use(async (arena) => {
        const sizes = planSizes(build, params, fold);
        const batchSize = Math.min(params.batchSize, Math.max(1, fold.trainOrigins.length));
        const session = createTrainSession(
          arena,
          { ...sizes, batchSize },
          { params, dropoutSeed: fitOptions.seeds.dropout },
        );
        return runFit(session, params, fold, fitOptions);
      }),
    predict: (weights, series, window) =>
      arenas.use((arena) => {
        const session = createPredictSession(arena, {
          build,
          features: weights.features,
          units: weights.units,
          layers: weights.layers.length,
          horizon: weights.horizon,
          lookback: window.lookback,
          batchSize: window.batchSize,
          dropout: 0,
          recurrentDropout: 0,
        });
        session.setWeights(weights);
        return session.predict(series, window.origins);
      }),
    dispose: () => arenas.dispose(),
  };
}

function planSizes(
  build: BuildName,
  params: Params,
  fold: Pick<FoldTensors, 'features' | 'horizon'>,
): PlanSizes {
  const { units, layers, lookback, batchSize, dropout, recurrentDropout } = params;
  const { features, horizon } = fold;
  return { build, features, horizon, units, layers, lookback, batchSize, dropout, recurrentDropout };
}
