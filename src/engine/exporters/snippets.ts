import type { ExportFile } from './exportFile.ts';
import { bundleFiles, type ModelBundle } from './modelBundle.ts';
import { forecastPyWith } from './programs/python.ts';
import { forecastTsWith } from './programs/typescript.ts';

/** The model bundle itself with two programs that print the next forecast from it: forecast.ts (no packages), forecast.py (NumPy). */
export function exportSnippets(bundle: ModelBundle): readonly ExportFile[] {
  const plain: ModelBundle = {
    ...bundle,
    document: { ...bundle.document, weights: { ...bundle.document.weights, file: 'model.bin' } },
  };
  return [
    ...bundleFiles(plain),
    { name: 'forecast.ts', text: forecastTsWith('plain') },
    { name: 'forecast.py', text: forecastPyWith('numpy') },
  ];
}
