import * as vscode from 'vscode';
import { askPick } from '../ask.ts';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import type { DeletedExperiments } from '../deletedExperiments.ts';
import { refOf } from '../experimentIndex.ts';
import { countText, experimentName, finishedTrials } from '../format.ts';
import type { Parts } from '../parts.ts';
import type { ExperimentNode } from '../views/experimentItems.ts';
import { chooseExperiment, experimentRefOf } from './targets.ts';
import { messageText } from '../tooltipText.ts';

/** Asks, then moves the experiments into the bin of their store. They can be taken back until the window closes. */
export async function deleteExperiments(
  parts: Parts,
  deleted: DeletedExperiments,
  { argument, nodes }: { readonly argument: unknown; readonly nodes: readonly ExperimentNode[] },
): Promise<void> {
  const chosen = nodes.flatMap((node) => (node.kind === 'experiment' ? [node.summary] : []));
  const isAmong = chosen.some((summary) => summary.id === experimentRefOf(argument)?.id);
  const summaries = argument !== undefined && !isAmong ? await chooseOne(parts, argument) : chosen;
  const running = summaries.find(({ state }) => state === 'running');
  if (running) {
    void vscode.window.showInformationMessage(
      messageText(`${experimentName(running)} is running. Stop it first.`),
    );
    return;
  }
  const all =
    summaries.length === 0 && argument === undefined ? await chooseOne(parts, undefined) : summaries;
  if (all.length === 0 || !(await confirmed(all))) return;
  for (const summary of all) {
    await parts.engine.request('delete', refOf(summary));
    deleted.add(refOf(summary), experimentName(summary));
  }
  await parts.index.refresh();
  const undo = 'Undo';
  const [first] = all;
  const what = all.length === 1 ? experimentName(first) : `${all.length} experiments`;
  const answer = await vscode.window.showInformationMessage(
    messageText(
      `${what} ${all.length === 1 ? 'was' : 'were'} deleted. “Take Back Deleted Experiment” undoes it until this window closes.`,
    ),
    undo,
  );
  if (answer !== undo) return;
  for (const summary of all) await deleted.takeBack(refOf(summary));
}

async function chooseOne(parts: Parts, argument: unknown): Promise<ExperimentSummary[]> {
  const summary = await chooseExperiment(parts, argument, {
    title: 'Delete Experiment',
    fits: ({ state }) => state !== 'running',
    needs: 'There is no experiment that could be deleted; a running one has to be stopped first.',
  });
  return summary ? [summary] : [];
}

async function confirmed(summaries: readonly ExperimentSummary[]): Promise<boolean> {
  const remove = 'Delete';
  const [first] = summaries;
  const trials = summaries.reduce((sum, summary) => sum + finishedTrials(summary), 0);
  const looks = summaries.reduce((sum, summary) => sum + summary.looks, 0);
  const answer = await vscode.window.showWarningMessage(
    messageText(
      summaries.length === 1 ? `Delete ${experimentName(first)}?` : `Delete ${summaries.length} experiments?`,
    ),
    {
      modal: true,
      detail: [
        `${countText(trials)} ${trials === 1 ? 'trial' : 'trials'} with their curves and models.`,
        ...(looks > 0
          ? [`Its ${looks === 1 ? 'look' : 'looks'} at the test range will no longer be counted.`]
          : []),
        'It can be taken back until this window closes.',
      ].join(' '),
    },
    remove,
  );
  return answer === remove;
}

/** Takes back the experiment deleted last, or one of several. */
export async function takeBackDeleted(deleted: DeletedExperiments): Promise<void> {
  const list = deleted.list();
  if (list.length === 0) {
    void vscode.window.showInformationMessage('No experiment was deleted in this window.');
    return;
  }
  const picked =
    list.length === 1
      ? list[0]
      : await askPick(
          list.map(({ ref, name }) => ({ label: name, description: ref.id, ref, name })),
          { title: 'Take Back Deleted Experiment' },
        );
  if (picked) await deleted.takeBack(picked.ref);
}
