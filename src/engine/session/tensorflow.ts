import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TensorflowStatus } from '../../protocol/engine.ts';
import { installTensorflow, removeTensorflow, tensorflowStatus } from '../trainers/tensorflow/install.ts';
import type { SessionContext } from './context.ts';

/** Where the TensorFlow trainer is installed when no place is given. */
export function tensorflowFolder(context: SessionContext): string {
  return context.settings().tensorflowFolder ?? join(homedir(), '.lstm-study', 'tensorflow');
}

export async function tensorflow(
  context: SessionContext,
  action: 'status' | 'install' | 'remove',
): Promise<TensorflowStatus> {
  const folder = tensorflowFolder(context);
  switch (action) {
    case 'remove':
      await removeTensorflow(folder);
      break;
    case 'install':
      await installTensorflow({
        folder,
        onProgress: (progress) =>
          context.emit('working', {
            what: 'tensorflow',
            text: progress.text,
            share:
              progress.doneBytes === undefined || !progress.totalBytes
                ? null
                : progress.doneBytes / progress.totalBytes,
          }),
      });
      break;
    case 'status':
      break;
  }
  const installed = await tensorflowStatus(folder);
  if (!installed) return { state: 'absent', version: null, folder, text: 'TensorFlow is not installed.' };
  return {
    state: 'installed',
    version: installed.libtensorflow,
    folder,
    text: `tfjs-node ${installed.tfjsNode} with libtensorflow ${installed.libtensorflow} (${installed.source})`,
  };
}
