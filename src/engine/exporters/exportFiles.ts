import { Fault } from '../../model/fault.ts';
import type { ExportRequest } from '../../protocol/engine.ts';
import { exportModelSheet, exportReportHtml, exportReportMarkdown } from '../report/reportFiles.ts';
import type { ReportSource } from '../report/source.ts';
import type { ExportFile } from './exportFile.ts';
import { exportKeras } from './keras.ts';
import type { ModelBundle } from './modelBundle.ts';
import { exportOnnx } from './onnx.ts';
import { exportOptuna } from './optunaJournal.ts';
import { exportSnippets } from './snippets.ts';
import { exportTfjs } from './tfjs.ts';
import { exportTrialCsv, exportTrialJson } from './trialTable.ts';

/**
 * The files of an export request. `bundle` is the model of the trial asked for, null where it was never refitted.
 * A table or a report is one file; a model is several, with its information sheet.
 */
export function exportFiles(
  request: ExportRequest,
  source: ReportSource,
  bundle: ModelBundle | null,
): readonly ExportFile[] {
  switch (request.format) {
    case 'csv':
      return [exportTrialCsv(source, request)];
    case 'json':
      return [exportTrialJson(source, request)];
    case 'optuna':
      return [exportOptuna(source, request)];
    case 'html':
      return [exportReportHtml(source)];
    case 'markdown':
      return [exportReportMarkdown(source)];
    case 'modelSheet':
      return [exportModelSheet(source)];
    case 'tfjs':
      return [...exportTfjs(required(bundle)), exportModelSheet(source)];
    case 'keras':
      return [...exportKeras(required(bundle)), exportModelSheet(source)];
    case 'onnx':
      return [...exportOnnx(required(bundle)), exportModelSheet(source)];
    case 'snippet':
      return [...exportSnippets(required(bundle)), exportModelSheet(source)];
  }
}

function required(bundle: ModelBundle | null): ModelBundle {
  if (bundle) return bundle;
  throw new Fault(
    'badInput',
    'This trial has no model yet: a model is made when a trial is tested, because that refits it on all search rows. Test it first.',
  );
}
