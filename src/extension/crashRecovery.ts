import * as vscode from 'vscode';
import { isFault } from '../model/fault.ts';
import type { ExperimentRef } from '../protocol/experiments.ts';
import { showError } from './commands/register.ts';
import type { DisposableLike } from './disposables.ts';
import type { Parts } from './parts.ts';
import type { RunNotifications } from './views/notifications.ts';

/**
 * What ran when the engine crashed is resumed by the next one; finished folds are in the store. After three crashes the
 * user is asked instead.
 */
export function registerCrashRecovery({ engine, index, log }: Parts, runs: RunNotifications): DisposableLike {
  const resume = async (refs: readonly ExperimentRef[]): Promise<void> => {
    for (const ref of refs) {
      try {
        const result = await engine.request('resume', ref);
        log.info(`resumed ${ref.id} after a crash: ${result.kind}`);
      } catch (error) {
        if (isFault(error) && error.code === 'stopped') return; // it crashed once more, and that crash is seen to
        index.disown(ref);
        void showError(log, error);
      }
    }
    await index.refresh();
    for (const ref of index.ownRuns()) runs.follow(ref);
  };
  return engine.onCrashed(({ restarting }) => {
    if (restarting) {
      void resume(index.ownRuns());
      return;
    }
    const refs = index.giveUpOwnRuns();
    void askWhatNow(log).then((answer) => {
      if (answer !== 'again') return;
      engine.tryAgain();
      void resume(refs);
    });
  });
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
