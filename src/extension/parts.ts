import type * as vscode from 'vscode';
import type { EngineProcess } from './engineProcess.ts';
import type { ExperimentIndex } from './experimentIndex.ts';
import type { OpenExperiments } from './openExperiments.ts';
import type { StudyChecks } from './studyFile/checks.ts';
import type { StudyFiles } from './studyFiles.ts';

/** What `activate` makes once and hands to those that need it. */
export interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly engine: EngineProcess;
  readonly files: StudyFiles;
  readonly index: ExperimentIndex;
  readonly opened: OpenExperiments;
  readonly checks: StudyChecks;
}
