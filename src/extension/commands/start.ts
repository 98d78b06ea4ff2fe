import * as vscode from 'vscode';
import { askPick, askText } from '../ask.ts';
import { isClosed } from '../../model/experiment.ts';
import type { Issue } from '../../model/issue.ts';
import type { ExperimentRef, ExperimentSummary } from '../../protocol/experiments.ts';
import type { StartParams, StartResult } from '../../protocol/runs.ts';
import { countText, experimentName, finishedTrials } from '../format.ts';
import { refOf } from '../experimentIndex.ts';
import { openStudyPanel } from '../panel/openPanel.ts';
import type { Parts } from '../parts.ts';
import { setting } from '../settings.ts';
import { dataFileOf } from '../studyFile/dataFile.ts';
import { openStudyOf } from '../studyFile/studyOf.ts';
import { storeOf } from '../studyFiles.ts';
import type { RunNotifications } from '../views/notifications.ts';
import { confirmOutside, isAllowed, isInsideWorkspace, mayRun } from '../workspaceGuard.ts';
import { newStudy } from './newStudy.ts';
import { chooseExperiment, chooseStudy } from './targets.ts';
import { messageText } from '../tooltipText.ts';

/** Start LSTM Study: with no study file in the folder, a new one is offered first. */
export async function start(
  parts: Parts,
  runs: RunNotifications,
  argument: unknown,
  how: Pick<StartParams, 'ifFinished' | 'yes'> = { ifFinished: 'ask' },
): Promise<void> {
  if (!(await mayRun())) return;
  const study = await chooseStudy(parts, argument, {
    title: 'Start LSTM Study',
    otherwise: '$(add) New study…',
  });
  if (study === null) return;
  if (study === 'none') {
    await newStudy(parts, undefined);
    return;
  }
  const ref = await startStudy(parts, study, how);
  if (!ref) return;
  runs.follow(ref);
  if (setting('openPanelOnRun', true)) await openStudyPanel(study);
}

/** Answers the experiment that now runs, or null when the user has to do something first. */
export async function startStudy(
  parts: Parts,
  uri: vscode.Uri,
  how: Pick<StartParams, 'ifFinished' | 'options' | 'yes'>,
): Promise<ExperimentRef | null> {
  const document = await vscode.workspace.openTextDocument(uri);
  const text = document.getText();
  const data = dataFileOf(text, uri.fsPath);
  if (data !== null && !isInsideWorkspace(data, uri.fsPath) && !isAllowed(parts.context, data)) {
    if (!(await confirmOutside(parts.context, data))) return null;
    parts.checks.again(document); // its warning is gone, and size and time can be told
  }
  parts.index.follow(storeOf(uri.fsPath));
  const result = await parts.engine.request('start', {
    file: uri.fsPath,
    ...(document.isDirty ? { text } : {}),
    ...how,
  });
  return answered(parts, uri, result);
}

async function answered(parts: Parts, uri: vscode.Uri, result: StartResult): Promise<ExperimentRef | null> {
  switch (result.kind) {
    case 'started':
    case 'resumed':
      await parts.index.refresh();
      return result.ref;
    case 'queued':
      await parts.index.refresh();
      void vscode.window.showInformationMessage('Another study runs. This one starts when that has ended.');
      return result.ref;
    case 'issues':
      void refused(uri, result.issues); // its message may stand there for long, and nobody waits for it
      return null;
    case 'finished':
      return again(parts, uri, result);
  }
}

async function refused(uri: vscode.Uri, issues: readonly Issue[]): Promise<void> {
  const errors = issues.filter((issue) => issue.severity === 'error');
  const [first] = errors.length > 0 ? errors : issues;
  const isOnlySize = errors.length > 0 && errors.every((issue) => issue.code === 'gridTooLarge');
  const show = 'Show Problems';
  const anyway = 'Run Anyway';
  const answer = await vscode.window.showWarningMessage(
    messageText(`The study cannot run: ${first?.message ?? 'see the problems.'}`),
    show,
    ...(isOnlySize ? [anyway] : []),
  );
  if (answer === anyway) await vscode.commands.executeCommand('lstmStudy.start', uri, 'ask', true);
  if (answer === show) {
    await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
}

async function again(
  parts: Parts,
  uri: vscode.Uri,
  { ref, trials, reason, hasMore }: Extract<StartResult, { kind: 'finished' }>,
): Promise<ExperimentRef | null> {
  const picked = await askPick(
    [
      ...(hasMore
        ? [
            {
              label: '$(add) More trials',
              detail: 'Goes on where this experiment ended',
              how: 'moreTrials' as const,
            },
          ]
        : []),
      {
        label: '$(refresh) Another seed',
        detail: 'A new experiment with other random streams',
        how: 'anotherSeed' as const,
      },
      { label: '$(history) Again', detail: 'A new experiment that repeats this one', how: 'again' as const },
      { label: '$(graph-line) Open it', detail: 'Nothing is run', how: 'open' as const },
    ],
    {
      title: 'This study has finished on this data',
      placeHolder: `${reason[0].toUpperCase()}${reason.slice(1)}. What now?`,
    },
  );
  if (!picked) return null;
  if (picked.how === 'open') {
    await vscode.commands.executeCommand('lstmStudy.openPanel', ref);
    return null;
  }
  if (picked.how !== 'moreTrials') return startStudy(parts, uri, { ifFinished: picked.how });
  const count = await askText({
    title: 'More trials',
    prompt: `How many more; the budget was ${countText(trials)}`,
    value: '20',
    validateInput: (text) =>
      /^\d{1,6}$/.test(text.trim()) && Number(text) > 0 ? null : 'A whole number above 0',
  });
  return count === undefined
    ? null
    : startStudy(parts, uri, { ifFinished: 'moreTrials', options: { trials: Number(count) } });
}

export async function stop(parts: Parts, argument: unknown, how: 'graceful' | 'now'): Promise<void> {
  const summary = await chooseExperiment(parts, argument, {
    title: how === 'now' ? 'Stop at once' : 'Stop after the folds in flight',
    fits: ({ state }) => state === 'running',
    needs: 'No study runs in this window. Start one with Start LSTM Study.',
  });
  if (summary) await parts.engine.request('stop', { ...refOf(summary), how });
}

export async function resume(parts: Parts, runs: RunNotifications, argument: unknown): Promise<void> {
  if (!(await mayRun())) return;
  const summary = await chooseExperiment(parts, argument, {
    title: 'Resume Study',
    fits: ({ state }) => state === 'interrupted' || state === 'ready',
    needs: 'No study is interrupted. A finished one goes on with more trials: Start LSTM Study.',
  });
  if (summary) await goOn(parts, runs, { summary });
}

/** Goes on with an experiment, running or not, as its study file says now of budget, time limit, sampler, pruner and space. */
export async function continueChanged(
  parts: Parts,
  runs: RunNotifications,
  argument: unknown,
): Promise<void> {
  if (!(await mayRun())) return;
  const summary = await chooseExperiment(parts, argument, {
    title: 'Continue with Changed Study',
    fits: ({ state }) => !isClosed(state),
    needs: 'There is no experiment that could go on. Start one with Start LSTM Study.',
  });
  if (!summary) return;
  const document = await openStudyOf(summary);
  await goOn(parts, runs, { summary, studyText: document.getText() });
}

async function goOn(
  parts: Parts,
  runs: RunNotifications,
  { summary, studyText }: { readonly summary: ExperimentSummary; readonly studyText?: string },
): Promise<void> {
  const result = await parts.engine.request('resume', {
    ...refOf(summary),
    ...(studyText === undefined ? {} : { studyText }),
  });
  if (result.kind === 'issues') {
    void vscode.window.showWarningMessage(
      messageText(`${experimentName(summary)} cannot go on: ${result.issues[0]?.message ?? ''}`),
    );
    return;
  }
  if (result.kind === 'finished') {
    void vscode.window.showInformationMessage(
      messageText(`${experimentName(summary)} has finished: ${finishedTrials(summary)} trials.`),
    );
    return;
  }
  await parts.index.refresh();
  runs.follow(result.ref);
}
