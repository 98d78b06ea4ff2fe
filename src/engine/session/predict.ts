import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../../model/fault.ts';
import type { Forecast } from '../../protocol/results.ts';
import { readDataFile } from '../data/readDataFile.ts';
import { weightBytes } from '../exporters/bundleWeights.ts';
import { parseBundleDocument, parseModelBundle, type ModelBundle } from '../exporters/modelBundle.ts';
import { predictNext } from '../predict/predictNext.ts';
import { readBytes, readText } from '../store/documentText.ts';

/** The forecast after the last row of a data file. `model`: model.json of a bundle, or the folder it lies in. */
export async function predict(request: { readonly model: string; readonly data: string }): Promise<Forecast> {
  const bundle = await readModelBundle(request.model);
  await stat(request.data).catch((error: unknown) => {
    throw new Fault('badInput', `There is no file ${request.data}.`, { cause: error });
  });
  const { table, issues } = await readDataFile(request.data, bundle.document.data);
  if (table === null) {
    const errors = issues.filter((issue) => issue.severity === 'error').map((issue) => issue.message);
    throw new Fault('badInput', `${basename(request.data)} does not fit the model: ${errors.join(' ')}`);
  }
  return predictNext(bundle, table);
}

/** Reads a bundle from its model.json, or from the folder it lies in. */
async function readModelBundle(path: string): Promise<ModelBundle> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false; // a missing file is said below
  const bundle = await readStoredModel(isFolder ? join(path, 'model.json') : path);
  if (bundle) return bundle;
  throw new Fault(
    'badInput',
    `There is no model at ${path}. Name the folder final/NNNNN of a tested trial or that of export --snippet; the other exports have forecast programs of their own.`,
  );
}

/** The bundle of a model.json; null where there is no such file. Links are not followed, and nothing is read that is longer than its weights. */
export async function readStoredModel(file: string): Promise<ModelBundle | null> {
  const json = await readText(file);
  if (json === null) return null;
  const document = parseBundleDocument(json);
  const weights = join(dirname(file), document.weights.file);
  const bytes = await readBytes(weights, weightBytes(document));
  if (bytes === null)
    throw new Fault(
      'storeDamaged',
      `${weights}, the weights of the model, is not there. Test the trial again, or put it back from a copy.`,
    );
  return parseModelBundle(json, bytes);
}
