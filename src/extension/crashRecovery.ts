import * as vscode from 'vscode';
import { isFault } from '../model/fault.ts';
import type { ExperimentRef } from '../protocol/experiments.ts';
import { showError } from './commands/register.ts';
import { keyOf, refOf } from './experimentIndex.ts';
import type { Parts } from './parts.ts';
import type { RunNotifications } from './views/notifications.ts';

/**
 * What ran when the engine crashed is resumed by the next one; finished folds are in the store. After three crashes the
 * user is asked instead.
 */
export function registerCrashRecovery(
  { engine, index, log }: Parts,
  runs: RunNotifications,
): vscode.Disposable {
  const running = new Map<string, ExperimentRef>();
  const resume = async (refs: readonly ExperimentRef[]): Promise<void> => {
    for (const ref of refs) {
      try {
        const result = await engine.request('resume', ref);
        log.info(`resumed ${ref.id} after a crash: ${result.kind}`);
      } catch (error) {
        if (isFault(error) && error.code === 'stopped') return; // it crashed once more, and that crash is seen to
        running.delete(keyOf(ref));
        void showError(log, error);
      }
    }
    await index.refresh();
    for (const ref of refs) if (running.has(keyOf(ref))) runs.follow(ref);
  };
  const owned = engine.onEvent('progress', (progress) => {
    // Only this window's engine reports progress of a run; another window's run shows up as a changed header.
    if (progress.phase !== 'idle') running.set(keyOf(progress), { store: progress.store, id: progress.id });
  });
  // Heard from the engine itself: the list also calls interrupted what its crash interrupted.
  const ended = engine.onEvent('experimentChanged', ({ summary }) => {
    if (summary.state !== 'running') running.delete(keyOf(refOf(summary)));
  });
  const crashed = engine.onCrashed(({ restarting }) => {
    const refs = [...running.values()];
    if (restarting) {
      void resume(refs);
      return;
    }
    running.clear();
    void askWhatNow(log).then((answer) => {
      if (answer !== 'again') return;
      engine.tryAgain();
      void resume(refs);
    });
  });
  return vscode.Disposable.from(
    new vscode.Disposable(() => owned.dispose()),
    new vscode.Disposable(() => ended.dispose()),
    new vscode.Disposable(() => crashed.dispose()),
  );
}

async function askWhatNow(log: vscode.LogOutputChannel): Promise<'again' | null> {
  const showLog = 'Show Log';
  const again = 'Start It Again';
  const answer = await vscode.window.showErrorMessage(
    'The LSTM Study engine ended unexpectedly several times in a row and is not started again by itself. What is finished is in the store.',
    showLog,
    again,
  );
  if (answer === showLog) log.show();
  return answer === again ? 'again' : null;
}
