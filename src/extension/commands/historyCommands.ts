import * as path from 'node:path';
import * as vscode from 'vscode';
import { askPick } from '../ask.ts';
import { bestOverTime } from '../../protocol/bestOverTime.ts';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import { keyOf, refOf } from '../experimentIndex.ts';
import { experimentName } from '../format.ts';
import type { ExperimentPanels } from '../panel/experimentPanels.ts';
import type { Parts } from '../parts.ts';
import type { ExperimentsTree } from '../views/experimentsTree.ts';
import { scoreText } from '../views/historyText.ts';
import type { RunNotifications } from '../views/notifications.ts';
import { mayRun } from '../workspaceGuard.ts';
import { chooseExperiment, chooseStudy, offerStudy } from './targets.ts';
import { messageText } from '../tooltipText.ts';

/** The trials selected in the Experiments view side by side, also of different experiments. */
export async function compareSelected(tree: ExperimentsTree, panels: ExperimentPanels): Promise<void> {
  const trials = tree.selection.flatMap((node) => (node.kind === 'trial' ? [node] : []));
  const [first] = trials;
  if (!first || trials.length < 2) {
    void vscode.window.showInformationMessage(
      'Comparing needs two trials: select them in the Experiments view (Ctrl or Shift), or in a panel’s table.',
    );
    return;
  }
  await panels.show(first.ref, {
    tab: 'compare',
    compare: trials.map(({ ref, line }) => ({ ...ref, number: line.number })),
  });
}

/** The experiment once more with its own study, data and trainer; what differs by now is shown first. */
export async function rerun(parts: Parts, runs: RunNotifications, argument: unknown): Promise<void> {
  if (!(await mayRun())) return;
  const summary = await chooseExperiment(parts, argument, {
    title: 'Run Again Exactly',
    fits: ({ state }) => state === 'finished' || state === 'interrupted',
    needs: 'There is no experiment that has ended yet. Run a study first: Start LSTM Study.',
  });
  if (!summary) return;
  const ref = refOf(summary);
  let result = await parts.engine.request('rerun', ref);
  if (result.kind === 'differs') {
    const anyway = 'Run Anyway';
    const answer = await vscode.window.showWarningMessage(
      messageText(`${experimentName(summary)} cannot be repeated exactly.`),
      { modal: true, detail: [...result.differences, ...result.notes].join('\n\n') },
      anyway,
    );
    if (answer !== anyway) return;
    result = await parts.engine.request('rerun', { ...ref, anyway: true });
  }
  switch (result.kind) {
    case 'issues':
      void vscode.window.showWarningMessage(
        messageText(
          `${experimentName(summary)} cannot be run again: ${result.issues[0]?.message ?? 'see the log.'}`,
        ),
      );
      return;
    case 'differs':
      return;
    case 'started':
    case 'queued':
      for (const note of result.notes) parts.log.info(`${ref.id} again: ${note}`);
      tellWhenEnded(parts, { of: summary, again: keyOf(result.ref) }); // before anything is waited for: it may end meanwhile
      await parts.index.refresh();
      runs.follow(result.ref);
  }
}

/** When the repetition has ended: is it the same, bit for bit? */
function tellWhenEnded(parts: Parts, { of, again }: { of: ExperimentSummary; again: string }): void {
  const subscription = parts.index.onExperimentChanged((changed) => {
    if (keyOf(refOf(changed)) !== again || changed.state === 'running' || changed.state === 'ready') return;
    subscription.dispose();
    if (changed.state !== 'finished') return;
    parts.engine
      .request('checkRepeat', { ...refOf(changed), of: of.id })
      .then(({ same, text }) =>
        same
          ? vscode.window.showInformationMessage(messageText(text))
          : vscode.window.showWarningMessage(messageText(text)),
      )
      .then(undefined, (error: unknown) => parts.log.error('The repetition could not be checked', error));
  });
  parts.context.subscriptions.push(subscription);
}

/** How the best of a study moved over its experiments; choosing one opens it. */
export async function showBestOverTime(
  parts: Parts,
  panels: ExperimentPanels,
  argument: unknown,
): Promise<void> {
  await parts.index.all();
  const study = await chooseStudy(parts, argument, { title: 'Best over Time' });
  if (study === null) return;
  if (study === 'none') {
    await offerStudy();
    return;
  }
  const experiments = parts.index.ofStudy(study.fsPath);
  if (experiments.length === 0) {
    void vscode.window.showInformationMessage(
      messageText(`${path.basename(study.fsPath)} has no experiment yet. Run it first: Start LSTM Study.`),
    );
    return;
  }
  const picked = await askPick(
    bestOverTime(experiments)
      .toReversed()
      .map((step) => ({
        label: `${step.isBest ? '$(star-full) ' : ''}${experimentName(step.summary)}`,
        description: step.summary.createdAt.replace('T', ' ').slice(0, 16),
        detail: scoreText(step),
        ref: refOf(step.summary),
      })),
    {
      title: 'Best over Time',
      placeHolder: 'Newest first; a star where the best moved',
      matchOnDetail: true,
    },
  );
  if (picked) await panels.show(picked.ref);
}
