import type { Params } from '../../../model/hyperparameters.ts';
import type { FoldTensors, ModelWeights } from '../trainer.ts';
import type { Arena } from './arena.ts';
import { applyOptimizer } from './optimizerStep.ts';
import { packWeights, unpackWeights } from './packing.ts';
import {
  layoutMemory,
  predictBatchSize,
  writeMaskKeys,
  writePlan,
  type Plan,
  type PlanSizes,
} from './plan.ts';
import { readPredictions, writeTargets, writeWindows, type OriginRange } from './windows.ts';

type Series = Pick<FoldTensors, 'inputs' | 'features' | 'relative'>;

/** One model in an arena, ready to predict. */
export interface PredictSession {
  setWeights(weights: ModelWeights): void;
  weights(): ModelWeights;
  /** (origins, horizon), scaled. */
  predict(series: Series, origins: Int32Array): Float32Array;
}

/** One model in an arena, with its gradients and optimizer state. */
export interface TrainSession extends PredictSession {
  /** Computes the gradients of one batch; returns its loss summed over samples and outputs. */
  gradients(fold: FoldTensors, range: OriginRange): number;
  /** One optimizer step with these gradients. */
  update(): void;
  readGradients(): ModelWeights;
}

function modelSession(arena: Arena, plan: Plan, weightsPlan: Plan): PredictSession {
  const { kernels } = arena;
  const { memory } = kernels;
  return {
    setWeights: (weights) => packWeights(memory, weightsPlan, weights),
    weights: () => unpackWeights(memory, weightsPlan, 'parameters'),
    predict: (series, origins) => {
      const { horizon } = plan.fields;
      const out = new Float32Array(origins.length * horizon);
      for (let first = 0; first < origins.length; first += predictBatchSize) {
        const count = Math.min(predictBatchSize, origins.length - first);
        kernels.select(plan.at, count);
        writeWindows(memory, plan, series, { origins, first, count });
        kernels.predict();
        readPredictions(memory, plan, count, out.subarray(first * horizon));
      }
      return out;
    },
  };
}

/** @throws Fault `outOfMemory` */
export function createPredictSession(arena: Arena, sizes: PlanSizes): PredictSession {
  const { predict, bytes } = layoutMemory(sizes, arena.start, 'predict');
  arena.reserve(bytes);
  writePlan(arena.kernels.memory, predict);
  return modelSession(arena, predict, predict);
}

/**
 * @param options.dropoutSeed of the masks; with the optimizer step it fixes every mask.
 * @throws Fault `outOfMemory`
 */
export function createTrainSession(
  arena: Arena,
  sizes: PlanSizes,
  options: { readonly params: Params; readonly dropoutSeed: number },
): TrainSession {
  const { params, dropoutSeed } = options;
  const layout = layoutMemory(sizes, arena.start, 'train');
  const train = layout.train!;
  arena.reserve(layout.bytes);
  const { kernels } = arena;
  const { memory } = kernels;
  writePlan(memory, train);
  writePlan(memory, layout.predict);
  const isAbsolute = params.loss === 'mae' ? 1 : 0;
  let step = 0;
  return {
    ...modelSession(arena, layout.predict, train),
    gradients: (fold, range) => {
      writeMaskKeys(memory, train, { seed: dropoutSeed, step });
      kernels.select(train.at, range.count);
      writeWindows(memory, train, fold, range);
      writeTargets(memory, train, fold, range);
      return kernels.gradients(isAbsolute);
    },
    update: () => {
      step += 1;
      applyOptimizer(kernels, params, step);
    },
    readGradients: () => unpackWeights(memory, train, 'gradients'),
  };
}
