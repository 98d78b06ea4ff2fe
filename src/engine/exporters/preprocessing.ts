import type { BundleDocument } from './bundleSchema.ts';
import type { ExportFile } from './exportFile.ts';

/**
 * preprocessing.json: what stands between a price file and the model, for every export that other programs read.
 * docs/exports.md explains each field.
 */
export interface Preprocessing {
  readonly format: 1;
  readonly kind: 'lstm-study-preprocessing';
  readonly shape: BundleDocument['shape'];
  readonly window: BundleDocument['window'];
  readonly inputs: BundleDocument['inputs'];
  readonly target: BundleDocument['target'];
  readonly data: BundleDocument['data'];
  readonly params: BundleDocument['params'];
  readonly provenance: BundleDocument['provenance'];
}

export function preprocessingOf(document: BundleDocument): Preprocessing {
  const { shape, window, inputs, target, data, params, provenance } = document;
  return {
    format: 1,
    kind: 'lstm-study-preprocessing',
    shape,
    window,
    inputs,
    target,
    data,
    params,
    provenance,
  };
}

export function preprocessingFile(document: BundleDocument): ExportFile {
  return { name: 'preprocessing.json', text: `${JSON.stringify(preprocessingOf(document), null, 2)}\n` };
}
