import * as path from 'node:path';
import * as vscode from 'vscode';
import { openStudyPanel } from '../panel/openPanel.ts';
import type { ExperimentPanels } from '../panel/experimentPanels.ts';
import type { Parts } from '../parts.ts';
import { chooseStudy, experimentRefOf, offerStudy, trialNumberOf } from './targets.ts';

/** The panel of a study file, or of an experiment. The newest experiment of a study is shown in the study's own panel. */
export async function openPanel(parts: Parts, panels: ExperimentPanels, argument: unknown): Promise<void> {
  const ref = experimentRefOf(argument);
  if (ref) {
    await parts.index.all();
    const summary = parts.index.get(ref);
    const studyFile = summary && path.join(path.dirname(ref.store), summary.studyFile);
    const isLive =
      studyFile !== undefined &&
      summary?.state === 'running' &&
      parts.index.ofStudy(studyFile)[0]?.id === ref.id &&
      (await exists(studyFile));
    if (isLive) await openStudyPanel(vscode.Uri.file(studyFile));
    else await panels.show(ref);
    return;
  }
  const study = await chooseStudy(parts, argument, { title: 'Open Panel' });
  if (study === 'none') await offerStudy();
  else if (study) await openStudyPanel(study);
}

export async function showTrial(panels: ExperimentPanels, argument: unknown): Promise<void> {
  const ref = experimentRefOf(argument);
  const trial = trialNumberOf(argument);
  if (ref && trial !== null) await panels.show(ref, { tab: 'trials', trial });
}

async function exists(file: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(file));
    return true;
  } catch {
    return false; // the study file was deleted or renamed
  }
}
