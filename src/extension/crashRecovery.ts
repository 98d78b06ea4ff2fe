import * as vscode from 'vscode';
import type { ExperimentRef } from '../protocol/experiments.ts';
import type { EngineProcess } from './engineProcess.ts';
import { keyOf, refOf, type ExperimentIndex } from './experimentIndex.ts';

/**
 * What ran when the engine crashed is resumed by the next one; finished folds are in the store. After three crashes the
 * user is asked instead.
 */
export function registerCrashRecovery(
  engine: EngineProcess,
  index: ExperimentIndex,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const running = new Map<string, ExperimentRef>();
  const resume = async (): Promise<void> => {
    const refs = [...running.values()];
    if (refs.length === 0) return;
    for (const ref of refs) {
      try {
        const result = await engine.request('resume', ref);
        log.info(`resumed ${ref.id} after a crash: ${result.kind}`);
      } catch (error) {
        log.error(`${ref.id} could not be resumed`, error);
        running.delete(keyOf(ref));
      }
    }
    await index.refresh();
  };
  const owned = engine.onEvent('progress', (progress) => {
    // Only this window's engine reports progress of a run; another window's run shows up as a changed header.
    if (progress.phase !== 'idle') running.set(keyOf(progress), { store: progress.store, id: progress.id });
  });
  const ended = index.onExperimentChanged((summary) => {
    if (summary.state !== 'running') running.delete(keyOf(refOf(summary)));
  });
  const crashed = engine.onCrashed(({ restarting }) => {
    if (restarting) {
      void resume();
      return;
    }
    running.clear();
    void askWhatNow(engine, log);
  });
  return vscode.Disposable.from(
    new vscode.Disposable(() => owned.dispose()),
    ended,
    new vscode.Disposable(() => crashed.dispose()),
  );
}

async function askWhatNow(engine: EngineProcess, log: vscode.LogOutputChannel): Promise<void> {
  const showLog = 'Show Log';
  const again = 'Start It Again';
  const answer = await vscode.window.showErrorMessage(
    'The LSTM Study engine ended unexpectedly several times in a row and is not started again by itself. What is finished is in the store.',
    showLog,
    again,
  );
  if (answer === showLog) log.show();
  if (answer === again) engine.tryAgain();
}
