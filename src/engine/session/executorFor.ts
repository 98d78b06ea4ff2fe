import type { Experiment } from '../../model/experiment.ts';
import type { WorkerSeries } from '../experiment/foldRun.ts';
import type { Executor } from '../worker/executor.ts';
import { createLocalExecutor } from '../worker/localExecutor.ts';
import type { SessionContext } from './context.ts';
import type { Kernels } from './kernels.ts';
import { tensorflowFolder } from './tensorflow.ts';

export interface ExecutorTask {
  readonly experiment: Experiment;
  readonly series: WorkerSeries;
  readonly workers: number;
  /** A trial that takes longer is ended. */
  readonly trialTimeoutMs: number | null;
}

/** Workers that compute as the experiment began: its trainer, its build, its variant. */
export async function executorFor(
  context: SessionContext,
  kernels: Kernels,
  { experiment, series, workers, trialTimeoutMs }: ExecutorTask,
): Promise<Executor> {
  const { build, v8Flag } = await kernels.of(experiment);
  return createLocalExecutor({
    file: context.paths.worker,
    onLog: context.log,
    workers,
    setup: {
      trainer: experiment.resolved.trainer.kind,
      build,
      v8Flag,
      kernelsFolder: context.paths.kernels,
      tensorflowFolder: tensorflowFolder(context),
      memoryBytes: context.settings().workerMemoryBytes ?? null,
      series,
    },
    variant: experiment.resolved.variant,
    trialTimeoutMs,
  });
}
