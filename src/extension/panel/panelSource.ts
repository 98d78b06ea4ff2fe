import type * as vscode from 'vscode';
import type { DisposableLike } from '../disposables.ts';
import type { ExperimentRef, ExperimentSummary } from '../../protocol/experiments.ts';
import type { CheckResult } from '../../protocol/studyCheck.ts';
import type { ParamsOf, ResultOf } from '../../protocol/contract.ts';
import type { DocumentState, ViewContract } from '../../protocol/view.ts';

/** What a page stands for: a live study document, or a past experiment. */
export interface PanelSource extends DisposableLike {
  readonly onDocument: vscode.Event<DocumentState>;
  readonly onCheck: vscode.Event<CheckResult | null>;
  readonly document: () => DocumentState;
  readonly check: () => Promise<CheckResult | null>;
  /** The newest check that is known. */
  readonly checked: () => CheckResult | null;
  /** The experiment that should be shown now. */
  readonly wanted: () => ExperimentRef | null;
  /** Null: VS Code names the tab by itself. */
  readonly title: (summary: ExperimentSummary | null) => string | null;
  readonly folder: () => vscode.Uri;
  readonly edit: (edit: ParamsOf<ViewContract, 'edit'>) => Promise<ResultOf<ViewContract, 'edit'>>;
  /** Resolves when the edits that were asked for until now are in the text. */
  readonly settled: () => Promise<void>;
  readonly run: (ifFinished: ParamsOf<ViewContract, 'run'>['ifFinished']) => Promise<void>;
  readonly reveal: (path: readonly (string | number)[]) => Promise<void>;
  readonly dataFiles: () => Promise<string[]>;
}
