import { Fault } from '../../model/fault.ts';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import { refOf, resolveExperiment, type CliContext } from './program.ts';
import { table } from './output.ts';

export interface RemoveFlags {
  readonly yes?: boolean;
}

/**
 * `lstm-study delete TARGETS`: says what would be deleted and how much room it takes; deletes it with --yes. What runs is refused before
 * anything is touched.
 */
export async function removeExperiments(
  context: CliContext,
  targets: readonly string[],
  flags: RemoveFlags,
): Promise<number> {
  const found = new Map<string, ExperimentSummary>();
  for (const target of targets) {
    const summary = await resolveExperiment(context, target);
    found.set(summary.id, summary);
  }
  const all = [...found.values()];
  const running = all.find((summary) => summary.state === 'running');
  if (running) throw new Fault('storeLocked', `${running.id} is running. Stop it first.`);
  const { output, session } = context;
  const bytes = all.reduce((sum, summary) => sum + summary.sizeBytes, 0);
  const lines = all.map((e) => [e.id, e.state, String(e.looks), (e.sizeBytes / 1e6).toFixed(1)]);
  if (flags.yes !== true) {
    output.result(
      `${table(['experiment', 'state', 'looks', 'MB'], lines)}\n\nNothing is deleted yet. Add --yes to delete ${all.length === 1 ? 'it' : `these ${all.length}`} for good: ${(bytes / 1e6).toFixed(1)} MB with all trials, models and looks.`,
      { event: 'wouldDelete', ids: all.map((e) => e.id), bytes },
    );
    return 0;
  }
  for (const summary of all) await session.handlers.delete(refOf(summary));
  output.result(all.map((e) => `Deleted ${e.id}, ${(e.sizeBytes / 1e6).toFixed(1)} MB`).join('\n'), {
    event: 'deleted',
    ids: all.map((e) => e.id),
    bytes,
  });
  return 0;
}
