import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Fault, isFault } from '../../model/fault.ts';
import type { CompareResult } from '../../protocol/analysis.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { ExportRequest } from '../../protocol/results.ts';
import { isoTime } from '../clock.ts';
import { compareTrials, type CompareSource } from '../compare/compareTrials.ts';
import { readStudyData } from '../experiment/readStudy.ts';
import type { ExportFile } from '../exporters/exportFile.ts';
import { exportKeras } from '../exporters/keras.ts';
import type { BundleDocument } from '../exporters/bundleSchema.ts';
import { parseBundleDocument, type ModelBundle } from '../exporters/modelBundle.ts';
import { exportOnnx } from '../exporters/onnx.ts';
import { exportOptuna } from '../exporters/optunaJournal.ts';
import { exportSnippets } from '../exporters/snippets.ts';
import { exportTfjs } from '../exporters/tfjs.ts';
import { exportTrialCsv, exportTrialJson, type TableSource } from '../exporters/trialTable.ts';
import {
  exportFigures,
  exportModelSheet,
  exportReportHtml,
  exportReportMarkdown,
} from '../report/reportFiles.ts';
import type { ReportSource } from '../report/source.ts';
import { readText } from '../store/documentText.ts';
import { writeDurably } from '../store/durableWrite.ts';
import {
  readAnnotations,
  readConfirmations,
  readTrials,
  requireExperiment,
} from '../store/experimentReader.ts';
import { finalFolder } from '../store/place.ts';
import { errnoOf, storeFault } from '../store/storeFault.ts';
import { experimentFolder } from '../store/storeFolder.ts';
import { readTestResult } from '../store/testResult.ts';
import type { SessionContext } from './context.ts';
import { selectionBias } from './analyse.ts';
import { readStoredModel } from './predict.ts';
import { storedResult } from './testTrial.ts';

/** All documents of an experiment, as tables and reports are made from them. */
export async function tableSource(ref: ExperimentRef): Promise<TableSource> {
  const folder = experimentFolder(ref.store, ref.id);
  const [trials, confirmations, { annotations }] = await Promise.all([
    readTrials(folder),
    readConfirmations(folder),
    readAnnotations(folder),
  ]);
  return {
    experiment: await requireExperiment(folder),
    trials: trials.documents,
    confirmations: confirmations.documents,
    annotations,
  };
}

/** Trials side by side, also of different experiments. */
export async function compare(
  trials: readonly (ExperimentRef & { readonly number: number })[],
): Promise<CompareResult> {
  const known = new Map<string, TableSource>();
  const sources: CompareSource[] = [];
  for (const { store, id, number } of trials) {
    const key = `${store}/${id}`;
    if (sources.some(({ ref, trial }) => ref.store === store && ref.id === id && trial.number === number))
      throw new Fault('badInput', `Trial ${number} of ${id} is named twice.`);
    const source = known.get(key) ?? (await tableSource({ store, id }));
    known.set(key, source);
    const trial = source.trials.find((t) => t.number === number);
    if (!trial) throw new Fault('badInput', `${id} has no trial ${number}.`);
    sources.push({
      ref: { store, id },
      experiment: source.experiment,
      trial,
      confirmations: source.confirmations,
    });
  }
  return compareTrials(sources);
}

/** The model of a tested trial: by default the one tested last. */
async function modelOf(ref: ExperimentRef, number: number | undefined): Promise<ModelBundle> {
  const folder = experimentFolder(ref.store, ref.id);
  const wanted = number ?? (await storedResult(ref))?.trial;
  const bundle =
    wanted === undefined ? null : await readStoredModel(join(finalFolder(folder, wanted), 'model.json'));
  if (bundle) return bundle;
  throw new Fault(
    'badInput',
    wanted === undefined
      ? `No trial of ${ref.id} has a model yet: models are made when a trial is tested. Run \`lstm-study test ${ref.id}\` first.`
      : `Trial ${wanted} of ${ref.id} has no model: it has not been tested. Models are made by \`lstm-study test ${ref.id} --trial ${wanted}\`, which looks at the sealed range.`,
  );
}

async function reportSource(
  context: SessionContext,
  ref: ExperimentRef,
  number: number | undefined,
): Promise<ReportSource> {
  const table = await tableSource(ref);
  const { experiment } = table;
  const folder = experimentFolder(ref.store, ref.id);
  const result = await storedResult(ref, number);
  if (number !== undefined && result === null)
    throw new Fault(
      'badInput',
      `Trial ${number} of ${ref.id} has not been tested, so there is no report about it. Without a trial the report is about the one tested last, or about the search.`,
    );
  const tested = [...new Set(experiment.looks.map((look) => look.trial))];
  const results = await Promise.all(
    tested.map(async (trial) => (await readTestResult(folder, trial)).result),
  );
  const model = result && (await storedModel(context, join(finalFolder(folder, result.trial), 'model.json')));
  const read = await readStudyData(experiment.study, resolve(dirname(ref.store), experiment.studyFile));
  return {
    ...table,
    result,
    results: results.flatMap((r) => r ?? []),
    selectionBias: await selectionBias(ref, table),
    dataReport: read.report,
    model,
    madeAt: isoTime(context.clock),
    version: context.version,
  };
}

/** A report can do without a model that cannot be read; the log says so. */
async function storedModel({ log }: SessionContext, file: string): Promise<BundleDocument | null> {
  try {
    const json = await readText(file);
    return json === null ? null : parseBundleDocument(json);
  } catch (error) {
    if (!isFault(error)) throw error;
    log('warn', `${error.message} The report is made without it.`);
    return null;
  }
}

/** Writes the files of an export; answers where. One file: `target` is its name, or a folder it is put in; several: a folder. */
export async function exportExperiment(
  context: SessionContext,
  ref: ExperimentRef,
  request: ExportRequest,
): Promise<string[]> {
  const files = await filesOf(context, ref, request).catch((error: unknown) => {
    throw tooLongFor(request.format, error);
  });
  const target = resolve(request.target);
  const isFolder = files.length > 1 || request.target.endsWith(sep) || (await isExistingFolder(target));
  const written: string[] = [];
  for (const file of files) {
    const place = isFolder ? join(target, ...file.name.split('/')) : target;
    try {
      await mkdir(dirname(place), { recursive: true });
    } catch (error) {
      throw storeFault(error, place);
    }
    await writeDurably(place, 'text' in file ? file.text : file.bytes);
    written.push(place);
  }
  return written;
}

async function filesOf(
  context: SessionContext,
  ref: ExperimentRef,
  request: ExportRequest,
): Promise<readonly ExportFile[]> {
  /** A model goes with what it was made from: hashes, versions, seeds, and the commands to make it again. */
  const withSheet = async (
    files: readonly ExportFile[],
    number: number | undefined,
  ): Promise<readonly ExportFile[]> => [...files, exportModelSheet(await reportSource(context, ref, number))];
  switch (request.format) {
    case 'csv':
      return [exportTrialCsv(await tableSource(ref), request)];
    case 'json':
      return [exportTrialJson(await tableSource(ref), request)];
    case 'optuna':
      return [exportOptuna(await tableSource(ref), request)];
    case 'tfjs':
      return withSheet(exportTfjs(await modelOf(ref, request.number)), request.number);
    case 'keras':
      return withSheet(exportKeras(await modelOf(ref, request.number)), request.number);
    case 'onnx':
      return withSheet(exportOnnx(await modelOf(ref, request.number)), request.number);
    case 'snippet':
      return withSheet(exportSnippets(await modelOf(ref, request.number)), request.number);
    case 'html':
      return [exportReportHtml(await reportSource(context, ref, request.number))];
    case 'markdown':
      return [exportReportMarkdown(await reportSource(context, ref, request.number))];
    case 'modelSheet':
      return [exportModelSheet(await reportSource(context, ref, request.number))];
    case 'figures':
      return exportFigures(await reportSource(context, ref, request.number));
  }
}

/** A text of half a gigabyte is more than the language can hold: some 80,000 trials with their curves. */
function tooLongFor(format: ExportRequest['format'], error: unknown): unknown {
  if (!(error instanceof RangeError) || !error.message.includes('string length')) return error;
  return new Fault(
    'badInput',
    `The experiment has too many trials for one file of the format ${format}. Export the table (csv), which has no curves, or fewer trials at a time; each trial is a JSON document of its own in the store.`,
    { cause: error },
  );
}

async function isExistingFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return false;
    throw storeFault(error, path);
  }
}
