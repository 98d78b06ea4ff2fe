import * as vscode from 'vscode';
import { isClosed } from '../../model/experiment.ts';
import type { ExperimentRef, ExperimentSummary } from '../../protocol/experiments.ts';
import { atMostEvery, drawMs } from '../atMostEvery.ts';
import { DisposableStore } from '../disposables.ts';
import { showError } from '../commands/register.ts';
import { keyOf, refOf } from '../experimentIndex.ts';
import { countText, experimentName, finishedTrials, liftText, progressText } from '../format.ts';
import type { Parts } from '../parts.ts';
import { setting } from '../settings.ts';
import { messageText } from '../tooltipText.ts';

/** A progress notification with Cancel for each run that this window started, and one word when it ends. */
export class RunNotifications implements vscode.Disposable {
  readonly #parts: Parts;
  readonly #shown = new Map<string, { finish: () => void }>();
  readonly #disposables = new DisposableStore();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#disposables.add(
      parts.index.onExperimentChanged((summary) => {
        const shown = this.#shown.get(keyOf(refOf(summary)));
        if (!shown || summary.state === 'running' || summary.state === 'ready') return;
        this.#shown.delete(keyOf(refOf(summary)));
        shown.finish();
        tellEnd(summary);
      }),
    );
    // The engine's word itself, which comes once: what a list reads of a store that is broken may come before it and after it.
    this.#disposables.add(
      parts.engine.onEvent('experimentChanged', ({ summary }) => {
        if (summary.problem !== null && !isClosed(summary.state)) void tellProblem(summary, parts.log);
      }),
    );
  }

  /** Resolves at once; the notification stays until the run ends. */
  follow(ref: ExperimentRef): void {
    const key = keyOf(ref);
    if (this.#shown.has(key)) return;
    const { index, engine } = this.#parts;
    const summary = index.get(ref);
    if (summary && summary.state !== 'running' && summary.state !== 'ready') {
      tellEnd(summary); // it ended before anybody could follow it
      return;
    }
    void vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: summary ? messageText(experimentName(summary)) : 'LSTM Study',
        cancellable: true,
      },
      (progress, token) =>
        new Promise<void>((resolve) => {
          let reported = 0;
          const report = atMostEvery(drawMs, () => {
            const current = index.get(ref);
            const run = index.progress(ref);
            if (!run) return;
            const share = run.budget > 0 ? (run.done / run.budget) * 100 : 0;
            progress.report({
              message: current ? progressText(current, run) : '',
              increment: Math.max(0, share - reported),
            });
            reported = Math.max(reported, share);
          });
          const subscription = index.onProgress((run) => {
            if (keyOf(run) === key) report.call();
          });
          const finish = (): void => {
            subscription.dispose();
            report.dispose();
            resolve();
          };
          token.onCancellationRequested(() => {
            engine
              .request('stop', { ...ref, how: 'graceful' })
              .catch((error: unknown) => showError(this.#parts.log, error));
          });
          this.#shown.set(key, { finish });
        }),
    );
  }

  dispose(): void {
    this.#disposables.dispose();
    for (const { finish } of this.#shown.values()) finish();
    this.#shown.clear();
  }
}

function tellEnd(summary: ExperimentSummary): void {
  if (summary.problem !== null || summary.state !== 'finished') return;
  if (setting('notifications.whenFinished', true)) void announce(summary);
}

/** A run that broke off, which is not the user's doing: a full disk, a trainer that does not start, another process that took over. */
async function tellProblem(summary: ExperimentSummary, log: vscode.LogOutputChannel): Promise<void> {
  const resume = 'Resume';
  const showLog = 'Show Log';
  const answer = await vscode.window.showErrorMessage(
    messageText(
      `${experimentName(summary)} broke off after ${countText(finishedTrials(summary))} of ${countText(summary.budget)} trials: ${summary.problem ?? ''}`,
    ),
    resume,
    showLog,
  );
  if (answer === resume) await vscode.commands.executeCommand('lstmStudy.resume', refOf(summary));
  if (answer === showLog) log.show();
}

async function announce(summary: ExperimentSummary): Promise<void> {
  const scored = summary.winner ?? summary.leader;
  const result = scored
    ? `${summary.winner ? 'winner' : 'leader'} #${scored.number}, lift ${liftText(scored.liftPercent)} over persistence on the validation folds.`
    : 'no trial was completed.';
  const open = 'Open Panel';
  const test = 'Test the Winner';
  const answer = await vscode.window.showInformationMessage(
    messageText(`${experimentName(summary)}: ${countText(finishedTrials(summary))} trials done, ${result}`),
    open,
    ...(scored ? [test] : []),
  );
  if (answer === open) await vscode.commands.executeCommand('lstmStudy.openPanel', refOf(summary));
  if (answer === test) await vscode.commands.executeCommand('lstmStudy.test', refOf(summary));
}
