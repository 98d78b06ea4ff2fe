import * as vscode from 'vscode';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import type { RunProgress } from '../../protocol/runProgress.ts';
import type { CheckResult } from '../../protocol/studyCheck.ts';
import { DisposableStore, type DisposableLike } from '../disposables.ts';
import type { ExperimentIndex } from '../experimentIndex.ts';
import { refOf } from '../experimentIndex.ts';
import { countText, durationText, liftText, progressText } from '../format.ts';
import { setting } from '../settings.ts';
import { studySelector } from '../studyFiles.ts';
import type { StudyChecks } from './checks.ts';
import { nodeAt, studyTree } from './places.ts';

/** While a study runs its lenses are made anew this often. */
const redrawMs = 3_000;

/** The line above the study (run, panel, size, time) and the one above its search space. */
export function registerCodeLens(checks: StudyChecks, index: ExperimentIndex): DisposableLike {
  const disposables = new DisposableStore();
  const changed = disposables.add(new vscode.EventEmitter<void>());
  const fire = (): void => changed.fire();
  // The editor waits for a pause in these events before it asks: a run's progress, ten times a second, would leave none.
  let timer: NodeJS.Timeout | null = null;
  const fireSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      changed.fire();
    }, redrawMs);
  };
  disposables.add({ dispose: () => timer && clearTimeout(timer) });
  let running = '';
  disposables.add(checks.onChecked(fire));
  disposables.add(
    index.onChanged(() => {
      const now = index
        .running()
        .map(({ id }) => id)
        .join();
      if (now === running) fireSoon();
      else fire();
      running = now;
    }),
  );
  disposables.add(index.onProgress(fireSoon));
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('lstmStudy.codeLens')) fire();
    }),
  );
  disposables.add(
    vscode.languages.registerCodeLensProvider(studySelector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses(document) {
        if (!setting('codeLens.enabled', true, document.uri)) return [];
        const tree = studyTree(document.getText());
        if (!tree.root) return [];
        const at = (offset: number): vscode.Range => {
          const position = document.positionAt(offset);
          return new vscode.Range(position, position);
        };
        const result = checks.latest(document.uri)?.result ?? null;
        const running = index.ofStudy(document.uri.fsPath).find((summary) => summary.state === 'running');
        const lenses = (
          running ? runningLenses(running, index.progress(refOf(running))) : idleLenses(document.uri, result)
        ).map((command) => new vscode.CodeLens(at(tree.root!.offset), command));
        const space = nodeAt(tree, ['hyperparameters'])?.parent;
        if (space && result?.space)
          lenses.push(
            new vscode.CodeLens(at(space.offset), {
              title: spaceText(result),
              command: 'lstmStudy.openPanel',
              arguments: [document.uri],
            }),
          );
        return lenses;
      },
    }),
  );
  return disposables;
}

function runningLenses(summary: ExperimentSummary, progress: RunProgress | null): vscode.Command[] {
  const lenses: vscode.Command[] = [
    { title: '$(debug-stop) Stop', command: 'lstmStudy.stop', arguments: [refOf(summary)] },
    { title: '$(graph-line) Open panel', command: 'lstmStudy.openPanel', arguments: [refOf(summary)] },
    { title: progressText(summary, progress), command: 'lstmStudy.openPanel', arguments: [refOf(summary)] },
  ];
  const scored = summary.winner ?? summary.leader;
  if (scored)
    lenses.push({
      title: `${summary.winner ? 'winner' : 'leader'} #${scored.number}, lift ${liftText(scored.liftPercent)}`,
      command: 'lstmStudy.openPanel',
      arguments: [refOf(summary)],
    });
  return lenses;
}

function idleLenses(uri: vscode.Uri, result: CheckResult | null): vscode.Command[] {
  const lenses: vscode.Command[] = [
    { title: '$(play) Run', command: 'lstmStudy.start', arguments: [uri] },
    { title: '$(graph-line) Open panel', command: 'lstmStudy.openPanel', arguments: [uri] },
  ];
  const errors = result?.issues.filter((issue) => issue.severity === 'error').length ?? 0;
  if (errors > 0)
    lenses.push({
      title: errors === 1 ? '1 problem' : `${errors} problems`,
      command: 'workbench.actions.view.problems',
    });
  else if (result?.space)
    lenses.push({ title: sizeText(result), command: 'lstmStudy.openPanel', arguments: [uri] });
  return lenses;
}

/** "40 trials, about 50 min" */
export function sizeText(result: CheckResult): string {
  const trials = result.space?.trials ?? 0;
  const text = `${countText(trials)} ${trials === 1 ? 'trial' : 'trials'}`;
  return result.estimate ? `${text}, about ${durationText(result.estimate.ms)}` : text;
}

/** "7 searched, 2,916 combinations" */
export function spaceText(result: CheckResult): string {
  const searched = Object.values(result.study?.hyperparameters ?? {}).filter(
    (value) => typeof value === 'object',
  ).length;
  const { combinations, isCounted } = result.space ?? { combinations: null, isCounted: true };
  const size =
    combinations === null
      ? 'a range without a step: no grid'
      : `${isCounted ? '' : 'about '}${countText(combinations)} combinations`;
  const share = result.space?.feasibleShare ?? 1;
  const feasible = share < 0.995 ? `, constraints leave ${Number((share * 100).toPrecision(2))} %` : '';
  return `${searched} searched, ${size}${feasible}`;
}
