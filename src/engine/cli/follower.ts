import cliProgress from 'cli-progress';
import { Fault } from '../../model/fault.ts';
import { liftPercent } from '../../model/metrics.ts';
import type { TrialRow } from '../../model/trial.ts';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import type { RunProgress } from '../../protocol/runProgress.ts';
import type { TrialColumns } from '../../protocol/trialColumns.ts';
import { rowAt } from '../store/summary.ts';
import { durationText, liftText } from './output.ts';
import type { CliContext } from './program.ts';

/** Says on the terminal what a run does. */
export interface Follower {
  stop(): void;
}

/** A bar on a terminal; elsewhere one line a trial; with --json every change as a record. */
export function createFollower(context: CliContext): Follower {
  const { output } = context;
  const isTerminal = process.stderr.isTTY && !output.json;
  const said = new Set<number>();
  const bar = isTerminal
    ? new cliProgress.SingleBar(
        {
          format: '{phase} [{bar}] {value}/{total} | {eta_text} | {best}',
          stream: process.stderr,
          hideCursor: true,
          clearOnComplete: true,
          barsize: 24,
        },
        cliProgress.Presets.legacy,
      )
    : null;
  let isShown = false;
  let leader = 'no trial yet';
  let lastPhase = '';

  const show = (progress: RunProgress): void => {
    const isConfirm = progress.confirm !== null && progress.phase !== 'search';
    const done = isConfirm ? (progress.confirm?.done ?? 0) : progress.done;
    const total = isConfirm ? (progress.confirm?.of ?? 0) : progress.budget;
    if (progress.phase !== lastPhase && progress.phase === 'confirm')
      output.note('Confirming the best trials on fresh seeds', { event: 'phase', phase: 'confirm' });
    lastPhase = progress.phase;
    if (!bar) return;
    const payload = {
      phase: isConfirm ? 'fresh seeds' : progress.phase === 'stopping' ? 'stopping' : 'trials',
      eta_text: progress.etaMs === null ? 'measuring' : `${durationText(progress.etaMs)} left`,
      best: leader,
    };
    if (!isShown) bar.start(total, done, payload);
    isShown = true;
    bar.setTotal(total);
    bar.update(done, payload);
  };

  const sayTrial = (row: TrialRow): void => {
    if (said.has(row.number)) return;
    said.add(row.number);
    if (output.json) {
      output.result('', { event: 'trial', ...row });
      return;
    }
    if (bar) return;
    output.note(trialLine(row));
  };

  context.listen((name, payload) => {
    if (name === 'progress') show(payload as RunProgress); // the payload of this name
    if (name === 'experimentChanged') {
      const { summary } = payload as { summary: ExperimentSummary }; // the payload of this name
      if (summary.leader)
        leader = `leader ${summary.leader.number}: ${summary.leader.value.toFixed(5)} (lift ${liftText(summary.leader.liftPercent)})`;
    }
    if (name !== 'trialsChanged') return;
    const { rows } = payload as { rows: TrialColumns }; // the payload of this name
    for (let i = 0; i < rows.count; i++) {
      const row = rowAt(rows, i);
      if (row.state === 'complete' || row.state === 'pruned' || row.state === 'failed') sayTrial(row);
    }
  });
  return {
    stop: () => {
      if (isShown) bar?.stop();
      isShown = false;
    },
  };
}

function trialLine(row: TrialRow): string {
  const time = row.durationMs === null ? '' : `  ${(row.durationMs / 1000).toFixed(1)} s`;
  switch (row.state) {
    case 'complete':
      return `trial ${row.number}: ${(row.value ?? NaN).toFixed(5)}  lift ${row.metrics ? liftText(liftPercent(row.metrics.u2)) : ''}${time}`;
    case 'pruned':
      return `trial ${row.number}: pruned in fold ${row.progress.fold + 1}, epoch ${row.progress.epoch}${time}`;
    case 'failed':
      return `trial ${row.number}: failed: ${row.error?.message ?? ''}${time}`;
    case 'waiting':
    case 'running':
      throw new Fault('internal', 'a trial that has not ended was told');
  }
}
