import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { CliContext } from './program.ts';

/** First Ctrl-C: finish and store the folds in flight. Second: now. */
export function onInterrupt(context: CliContext, ref: ExperimentRef): { dispose(): void } {
  let count = 0;
  const onSignal = (): void => {
    count++;
    if (count > 2) process.exit(130);
    context.output.note(
      count === 1
        ? 'Stopping: the folds in flight are finished and stored. Press Ctrl-C again to stop at once.'
        : 'Stopping at once.',
      { event: 'stopping', how: count === 1 ? 'graceful' : 'now' },
    );
    void context.session.runs.stop(ref, count === 1 ? 'graceful' : 'now');
  };
  // Only this listener decides while a study runs: atomically (when-exit) answers the first signal by raising it again, which
  // would count as a second press. Its clean-up, and that of the locks, hangs on the end of the process as well.
  const signals = (['SIGINT', 'SIGTERM'] as const).map((name) => ({
    name,
    others: process.rawListeners(name) as NodeJS.SignalsListener[], // listeners of a signal
  }));
  for (const { name } of signals) process.removeAllListeners(name).on(name, onSignal);
  return {
    dispose: () => {
      for (const { name, others } of signals) {
        process.off(name, onSignal);
        for (const listener of others) process.on(name, listener);
      }
    },
  };
}
