import type { ExportFile } from './exportFile.ts';
import { weightTensors } from './bundleWeights.ts';
import type { ModelBundle } from './modelBundle.ts';
import { npzBytes } from './npz.ts';
import { preprocessingFile } from './preprocessing.ts';
import { buildModelPy } from './programs/kerasModel.ts';
import { forecastPyWith } from './programs/python.ts';

/**
 * Weights as weights.npz, and build_model.py, which builds the Keras 3 model, loads them and saves model.keras; with
 * preprocessing.json and forecast.py, which prints the next forecast.
 * Names in the archive: lstm_1.kernel, lstm_1.recurrent_kernel, lstm_1.bias, ..., dense.kernel, dense.bias.
 */
export function exportKeras(bundle: ModelBundle): readonly ExportFile[] {
  const arrays = weightTensors(bundle.weights).map((t) => ({ ...t, name: t.name.replace('/', '.') }));
  return [
    { name: 'weights.npz', bytes: npzBytes(arrays) },
    preprocessingFile(bundle.document),
    { name: 'build_model.py', text: buildModelPy },
    { name: 'forecast.py', text: forecastPyWith('keras') },
  ];
}
