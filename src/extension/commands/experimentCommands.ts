import * as vscode from 'vscode';
import { askPick, askText } from '../ask.ts';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import { refOf } from '../experimentIndex.ts';
import { experimentName } from '../format.ts';
import type { ExperimentPanels } from '../panel/experimentPanels.ts';
import type { Parts } from '../parts.ts';
import { applyTrial } from '../studyFile/applyTrial.ts';
import type { ExperimentsTree } from '../views/experimentsTree.ts';
import { mayRun } from '../workspaceGuard.ts';
import { chooseExperiment, trialNumberOf } from './targets.ts';
import { messageText } from '../tooltipText.ts';

const anyExperiment = {
  fits: (): boolean => true,
  needs: 'There is no experiment yet. Run a study first: Start LSTM Study.',
};
const withTrials = {
  fits: (summary: ExperimentSummary): boolean => summary.leader !== null,
  needs: 'No experiment here has a complete trial yet. Run a study first: Start LSTM Study.',
};

/** The best configuration as constants in the study file: one undo step, comments kept. */
export async function applyParams(parts: Parts, argument: unknown): Promise<void> {
  const summary = await chooseExperiment(parts, argument, {
    title: 'Apply Winner to Study File',
    ...withTrials,
  });
  if (!summary) return;
  const scored = summary.winner ?? summary.leader;
  const number = trialNumberOf(argument) ?? scored?.number;
  if (number === undefined) return;
  if (await applyTrial(parts, refOf(summary), number))
    void vscode.window.showInformationMessage(
      messageText(`The values of trial #${number} are in ${summary.studyFile}. Undo takes them back.`),
    );
}

/** Opens the sealed range, after saying what that means. */
export async function test(parts: Parts, panels: ExperimentPanels, argument: unknown): Promise<void> {
  if (!(await mayRun())) return;
  const summary = await chooseExperiment(parts, argument, {
    title: 'Test a Trial on the Held-out Range',
    ...withTrials,
  });
  const scored = summary?.winner ?? summary?.leader;
  if (!summary || !scored) return;
  const number = trialNumberOf(argument) ?? scored.number;
  const look = 'Test';
  const answer = await vscode.window.showWarningMessage(
    messageText(`Test trial #${number} of ${experimentName(summary)} on the held-out range?`),
    {
      modal: true,
      detail: `The range is sealed so that it can judge once. Every look is counted (${summary.looks} so far) and reported. A trial that was tested already shows its stored result, which is not a look.`,
    },
    look,
  );
  if (answer !== look) return;
  const ref = refOf(summary);
  const result = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Testing trial #${number}: refitting on all search rows`,
    },
    () => parts.engine.request('test', { ...ref, number }),
  );
  await parts.index.refresh();
  // Minutes have passed: what the user does now is not interrupted.
  const open = 'Open Panel';
  void vscode.window.showInformationMessage(messageText(result.sentence), open).then((picked) => {
    if (picked === open) void panels.show(ref, { tab: 'test', trial: number });
  });
}

export async function toggleStar(parts: Parts, argument: unknown): Promise<void> {
  const summary = await chooseExperiment(parts, argument, { title: 'Star', ...anyExperiment });
  if (!summary) return;
  const number = trialNumberOf(argument);
  const star = (number === null ? summary.annotations : summary.annotations.trials[number])?.star !== true;
  await annotate(parts, summary, number === null ? { star } : { trials: { [number]: { star } } });
}

export async function editNote(parts: Parts, argument: unknown): Promise<void> {
  const summary = await chooseExperiment(parts, argument, { title: 'Note', ...anyExperiment });
  if (!summary) return;
  const number = trialNumberOf(argument);
  const trial = number === null ? undefined : summary.annotations.trials[number];
  const note = await askText({
    title: number === null ? `Note on ${experimentName(summary)}` : `Note on trial #${number}`,
    value: (number === null ? summary.annotations.note : trial?.note) ?? '',
    prompt: 'Kept beside the experiment; empty removes it.',
  });
  if (note === undefined) return;
  await annotate(parts, summary, number === null ? { note } : { trials: { [number]: { note } } });
}

export async function editTags(parts: Parts, argument: unknown): Promise<void> {
  const summary = await chooseExperiment(parts, argument, { title: 'Tags', ...anyExperiment });
  if (!summary) return;
  const number = trialNumberOf(argument);
  const trial = number === null ? undefined : summary.annotations.trials[number];
  const text = await askText({
    title: number === null ? `Tags of ${experimentName(summary)}` : `Tags of trial #${number}`,
    value: ((number === null ? summary.annotations.tags : trial?.tags) ?? []).join(', '),
    prompt: 'Separated by commas',
  });
  if (text === undefined) return;
  const tags = [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
  await annotate(parts, summary, number === null ? { tags } : { trials: { [number]: { tags } } });
}

export async function rename(parts: Parts, argument: unknown): Promise<void> {
  const summary = await chooseExperiment(parts, argument, { title: 'Rename Experiment', ...anyExperiment });
  if (!summary) return;
  const name = await askText({
    title: 'Rename Experiment',
    value: experimentName(summary),
    validateInput: (text) => (text.trim() === '' ? 'A name has at least one character' : null),
  });
  if (name !== undefined) await annotate(parts, summary, { name: name.trim() });
}

export async function archive(parts: Parts, argument: unknown): Promise<void> {
  const summary = await chooseExperiment(parts, argument, {
    title: 'Archive or Take Back',
    ...anyExperiment,
  });
  if (summary) await annotate(parts, summary, { archived: summary.annotations.archived !== true });
}

async function annotate(
  parts: Parts,
  summary: ExperimentSummary,
  annotations: Partial<Omit<ExperimentSummary['annotations'], 'format'>>,
): Promise<void> {
  await parts.engine.request('annotate', { ...refOf(summary), annotations });
  await parts.index.refresh();
}

export async function sortExperiments(tree: ExperimentsTree): Promise<void> {
  const picked = await askPick(
    [
      { label: 'Newest first', sort: 'newest' },
      { label: 'By name', sort: 'name' },
      { label: 'By score', sort: 'score' },
    ],
    { title: 'Sort Experiments' },
  );
  if (!picked) return;
  await vscode.workspace
    .getConfiguration('lstmStudy')
    .update('experiments.sort', picked.sort, vscode.ConfigurationTarget.Global);
  tree.refresh();
}
