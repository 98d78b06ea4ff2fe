import type { QuickPickItem } from 'vscode';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import type { ExperimentRef, ExperimentSummary } from '../../protocol/experiments.ts';
import { askPick } from '../ask.ts';
import { refOf } from '../experimentIndex.ts';
import { experimentName, outcomeText } from '../format.ts';
import type { Parts } from '../parts.ts';
import { trialText } from '../views/experimentItems.ts';
import { TrialBoard } from '../views/trialBoard.ts';

const title = 'Compare with a Trial';

/** A complete trial of any experiment, found by typing: first the experiment, where there are several, then the trial. */
export async function pickTrial(parts: Parts): Promise<(ExperimentRef & { number: number }) | null> {
  const summaries = (await parts.index.all()).filter(({ counts }) => counts.complete > 0);
  const summary = summaries.length > 1 ? await pickExperiment(parts, summaries) : summaries[0];
  if (!summary) return null;
  const picked = await askPick(trialItems(parts, refOf(summary)), {
    title,
    placeHolder: `Trial of ${experimentName(summary)}, the lowest score first`,
    matchOnDescription: true,
  });
  return picked ? { ...refOf(summary), number: picked.number } : null;
}

async function pickExperiment(
  parts: Parts,
  summaries: readonly ExperimentSummary[],
): Promise<ExperimentSummary | undefined> {
  const picked = await askPick(
    summaries.map((summary) => ({
      label: experimentName(summary),
      description: outcomeText(summary, parts.index.progress(refOf(summary))),
      detail: summary.createdAt.replace('T', ' ').slice(0, 16),
      summary,
    })),
    { title, placeHolder: 'Experiment', matchOnDescription: true },
  );
  return picked?.summary;
}

/** Complete trials, the lowest score first, each with what was searched. */
async function trialItems(
  parts: Parts,
  ref: ExperimentRef,
): Promise<(QuickPickItem & { readonly number: number })[]> {
  const handle = await parts.opened.open(ref, {
    trialsChanged: () => undefined,
    reopened: () => undefined,
  });
  try {
    const { experiment, trials } = handle.opened;
    const searched = searchSpaceOf(experiment.study).parameters.map(({ name }) => name);
    const board = new TrialBoard();
    board.apply(trials);
    return board
      .top(board.size, false)
      .filter(({ state }) => state === 'complete')
      .map((line) => ({
        label: `#${line.number}`,
        description: `${trialText(line)}   ${searched.map((name) => `${name} ${line.params[name]}`).join(', ')}`,
        number: line.number,
      }));
  } finally {
    handle.dispose();
  }
}
