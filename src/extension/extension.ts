import * as path from 'node:path';
import * as vscode from 'vscode';
import { registerCrashRecovery } from './crashRecovery.ts';
import * as experiments from './commands/experimentCommands.ts';
import { deleteExperiments, takeBackDeleted } from './commands/deleteCommands.ts';
import { exportExperiment } from './commands/exportCommand.ts';
import { compareSelected, rerun, showBestOverTime } from './commands/historyCommands.ts';
import { forecast } from './commands/forecast.ts';
import { newStudy } from './commands/newStudy.ts';
import { openExample } from './commands/openExample.ts';
import { openPanel, showTrial } from './commands/openPanelCommand.ts';
import { registerCommands } from './commands/register.ts';
import { continueChanged, resume, start, stop } from './commands/start.ts';
import { copyDoctor, installTensorflow, resetState } from './commands/systemCommands.ts';
import { DeletedExperiments } from './deletedExperiments.ts';
import type { DisposableLike } from './disposables.ts';
import { EngineProcess } from './engineProcess.ts';
import { ExperimentIndex } from './experimentIndex.ts';
import { OpenExperiments } from './openExperiments.ts';
import { ExperimentPanels } from './panel/experimentPanels.ts';
import { StudyEditors } from './panel/studyEditor.ts';
import type { Parts } from './parts.ts';
import { affectsEngine, engineSettings } from './settings.ts';
import { StudyChecks } from './studyFile/checks.ts';
import { registerCodeLens } from './studyFile/codeLens.ts';
import { registerColumnCompletion } from './studyFile/columnCompletion.ts';
import { registerDiagnostics } from './studyFile/diagnostics.ts';
import { registerFormatter } from './studyFile/formatter.ts';
import { registerQuickFixes } from './studyFile/quickFixes.ts';
import { registerSymbols } from './studyFile/symbols.ts';
import { StoreFollower } from './storeFollower.ts';
import { StudyFiles } from './studyFiles.ts';
import { guardData, reasonNotToRun } from './workspaceGuard.ts';
import { ExperimentsTree } from './views/experimentsTree.ts';
import { FilterBox } from './views/filterBox.ts';
import { RunNotifications } from './views/notifications.ts';
import { registerStatusBar } from './views/statusBar.ts';
import { registerStudiesTree } from './views/studiesTree.ts';

let engine: EngineProcess | null = null;

/** What other extensions and the tests may use. */
export interface LstmStudyApi {
  /** Milliseconds that `activate` took. */
  readonly activationMs: number;
  readonly enginePid: () => number | null;
  /** Why no study can be run in this window; null where one can. */
  readonly reasonNotToRun: () => string | null;
}

/** A table of contents: what there is, and who hears of whom. Nothing is started before it is needed. */
export function activate(context: vscode.ExtensionContext): LstmStudyApi {
  const startedAt = performance.now();
  const add = <T extends DisposableLike>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = add(vscode.window.createOutputChannel('LSTM Study', { log: true }));
  log.info(
    `LSTM Study ${(context.extension.packageJSON as { version: string }).version}, VS Code ${vscode.version}, ${vscode.env.appHost}, ${vscode.env.remoteName ?? 'local'}, ${vscode.workspace.isTrusted ? 'trusted' : 'Restricted Mode'}`,
  );
  const process: EngineProcess = new EngineProcess({
    main: path.join(context.extensionPath, 'dist', 'engine', 'main.mjs'),
    settings: () => engineSettings(context),
    log: (level, text) => log[level](text),
    mayAsk: (request, params) => guardData({ context, index }, { request, params }),
    isNeeded: () => opened.isAny || index.running().length > 0 || deleted.isAny,
  });
  engine = process;
  add(process);
  const files = add(new StudyFiles());
  const index = add(new ExperimentIndex(process, files, log));
  const deleted = new DeletedExperiments(process, index);
  const opened: OpenExperiments = add(new OpenExperiments(process));
  const checks = add(new StudyChecks(process, context, log));
  const parts: Parts = { context, log, engine: process, files, index, opened, checks };

  add(registerDiagnostics(checks));
  add(registerQuickFixes(checks, context));
  add(registerColumnCompletion(checks, process, context));
  add(registerCodeLens(checks, index));
  add(registerSymbols());
  add(registerFormatter());

  const editors = new StudyEditors(parts);
  add(StudyEditors.register(editors));
  const panels = new ExperimentPanels(parts);
  add(ExperimentPanels.register(panels));
  const studies = add(registerStudiesTree(parts));
  const tree = add(new ExperimentsTree(parts));
  const filterBox = new FilterBox(tree);
  const isLookedAt = (): boolean =>
    [studies, tree, editors, panels].some((view) => view.isVisible()) || index.running().length > 0;
  add(new StoreFollower(index, isLookedAt, log));
  add(registerStatusBar(parts));
  const runs = add(new RunNotifications(parts));
  add(registerCrashRecovery(parts, runs));

  process.onEvent('log', ({ level, text }) => log[level](text));
  add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      // A running study keeps its engine; the next start takes the new settings.
      if (affectsEngine(event) && index.running().length === 0) {
        // An engine that ends empties its bin; what was deleted can be taken back until the window closes.
        if (deleted.isAny) void process.request('initialize', engineSettings(context));
        else void process.stop();
      }
      if (event.affectsConfiguration('lstmStudy.experiments')) tree.refresh();
    }),
  );
  add(
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      void process.stop().then(() => index.refresh()); // browse-only until now
    }),
  );

  add(
    registerCommands(
      // A command that asks nothing of the engine, such as one that shows an open panel, tries it too.
      { log, before: () => process.tryAgain() && index.refreshSoon() },
      {
        'lstmStudy.start': (argument, ifFinished, yes) =>
          start(parts, runs, argument, { ifFinished: ifFinishedOf(ifFinished), yes: yes === true }),
        'lstmStudy.newStudy': (argument) => newStudy(parts, argument),
        'lstmStudy.openExample': () => openExample(parts),
        'lstmStudy.stop': (argument) => stop(parts, argument, 'graceful'),
        'lstmStudy.stopNow': (argument) => stop(parts, argument, 'now'),
        'lstmStudy.resume': (argument) => resume(parts, runs, argument),
        'lstmStudy.continueChanged': (argument) => continueChanged(parts, runs, argument),
        'lstmStudy.openPanel': (argument) => openPanel(parts, panels, argument),
        'lstmStudy.showTrial': (argument) => showTrial(panels, argument),
        'lstmStudy.compareSelected': () => compareSelected(tree, panels),
        'lstmStudy.rerun': (argument) => rerun(parts, runs, argument),
        'lstmStudy.bestOverTime': (argument) => showBestOverTime(parts, panels, argument),
        'lstmStudy.test': (argument) => experiments.test(parts, panels, argument),
        'lstmStudy.forecast': (argument) => forecast(parts, argument),
        'lstmStudy.exportTrials': (argument) => exportExperiment(parts, argument, 'trials'),
        'lstmStudy.exportModel': (argument) => exportExperiment(parts, argument, 'model'),
        'lstmStudy.exportReport': (argument) => exportExperiment(parts, argument, 'report'),
        'lstmStudy.applyParams': (argument) => experiments.applyParams(parts, argument),
        'lstmStudy.deleteExperiment': (argument) =>
          deleteExperiments(parts, deleted, { argument: fromKey(argument), nodes: tree.selection }),
        'lstmStudy.takeBackDeleted': () => takeBackDeleted(deleted),
        'lstmStudy.star': (argument) => experiments.toggleStar(parts, argument),
        'lstmStudy.unstar': (argument) => experiments.toggleStar(parts, argument),
        'lstmStudy.note': (argument) => experiments.editNote(parts, argument),
        'lstmStudy.tag': (argument) => experiments.editTags(parts, argument),
        'lstmStudy.rename': (argument) => experiments.rename(parts, fromKey(argument) ?? tree.selection[0]),
        'lstmStudy.archive': (argument) => experiments.archive(parts, argument),
        'lstmStudy.filterExperiments': () => filterBox.show(),
        'lstmStudy.takeBackFilter': () => filterBox.takeBack(),
        'lstmStudy.clearFilter': () => tree.setFilter(''),
        'lstmStudy.sortExperiments': () => experiments.sortExperiments(tree),
        'lstmStudy.refresh': () => index.refresh(),
        'lstmStudy.installTensorflow': () => installTensorflow(parts),
        'lstmStudy.showLog': () => log.show(),
        'lstmStudy.copyDoctor': () => copyDoctor(parts),
        'lstmStudy.resetState': () => resetState(parts, { tree, deleted }),
      },
    ),
  );
  return { activationMs: performance.now() - startedAt, enginePid: () => process.pid, reasonNotToRun };
}

/** Waits for the engine to be gone: nothing stays behind when the window closes. */
export async function deactivate(): Promise<void> {
  await engine?.disposeAndWait();
}

/** A key in the Experiments view says so; what it is about is the selection there. */
function fromKey(argument: unknown): unknown {
  return argument === 'selected' ? undefined : argument;
}

function ifFinishedOf(argument: unknown): 'ask' | 'moreTrials' | 'anotherSeed' | 'again' {
  return argument === 'moreTrials' || argument === 'anotherSeed' || argument === 'again' ? argument : 'ask';
}
