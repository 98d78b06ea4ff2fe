import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { installTensorflow } from '../../src/engine/trainers/tensorflow/install.ts';

const cache = process.env['LSTM_STUDY_CACHE'] ?? fileURLToPath(new URL('../../.cache', import.meta.url));

/** Where the tests keep the real TensorFlow; the second run finds it. */
export const tensorflowFolder = join(cache, 'tensorflow');

/** The real thing, installed once for all tests: from npm and PyPI, 300 MB. */
export async function ensureTensorflow(): Promise<string> {
  let last = '';
  await installTensorflow({
    folder: tensorflowFolder,
    source: 'wheel',
    onProgress: ({ text }) => {
      if (text !== last) console.info(`TensorFlow for the tests: ${text}`);
      last = text;
    },
  });
  return tensorflowFolder;
}
