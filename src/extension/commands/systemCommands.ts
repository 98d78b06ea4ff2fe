import * as vscode from 'vscode';
import type { Parts } from '../parts.ts';
import type { DeletedExperiments } from '../deletedExperiments.ts';
import type { ExperimentsTree } from '../views/experimentsTree.ts';
import { mayRun } from '../workspaceGuard.ts';
import { messageText } from '../tooltipText.ts';

/** tfjs-node is half a gigabyte with native code: installed on demand, into a folder of its own. */
export async function installTensorflow({ engine }: Parts): Promise<void> {
  if (!(await mayRun())) return;
  const status = await engine.request('tensorflow', { action: 'status' });
  if (status.state === 'installed') {
    void vscode.window.showInformationMessage(
      messageText(`The TensorFlow trainer is installed (${status.version ?? ''}).`),
    );
    return;
  }
  const install = 'Install';
  const answer = await vscode.window.showInformationMessage(
    'Install the TensorFlow trainer?',
    {
      modal: true,
      detail: `It is an alternative to the embedded one, which needs nothing. npm package @tensorflow/tfjs-node goes to ${status.folder}. ${status.text}`,
    },
    install,
  );
  if (answer !== install) return;
  const done = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'TensorFlow trainer' },
    async (progress) => {
      const subscription = engine.onEvent('working', ({ what, text }) => {
        if (what === 'tensorflow') progress.report({ message: text });
      });
      try {
        return await engine.request('tensorflow', { action: 'install' });
      } finally {
        subscription.dispose();
      }
    },
  );
  if (done.state === 'installed') void vscode.window.showInformationMessage(messageText(done.text));
  else void vscode.window.showErrorMessage(messageText(`TensorFlow trainer: ${done.text}`));
}

export async function copyDoctor({ engine, context }: Parts): Promise<void> {
  const { text } = await engine.request('doctor', {});
  const version = (context.extension.packageJSON as { version: string }).version;
  const lines = [
    `LSTM Study ${version} in VS Code ${vscode.version} (${vscode.env.appHost}, ${vscode.env.remoteName ?? 'local'}), ${vscode.workspace.isTrusted ? 'trusted' : 'Restricted Mode'}`,
    text,
  ];
  await vscode.env.clipboard.writeText(lines.join('\n'));
  void vscode.window.showInformationMessage(
    'What an issue report needs is in the clipboard. It holds no data and no paths of yours but those of the engine.',
  );
}

/** The filter and the allowed files; experiments, settings and study files stay. */
export async function resetState(
  { context, engine, index, checks }: Parts,
  { tree, deleted }: { readonly tree: ExperimentsTree; readonly deleted: DeletedExperiments },
): Promise<void> {
  const reset = 'Reset';
  const answer = await vscode.window.showWarningMessage(
    'Reset what LSTM Study remembers for this workspace?',
    {
      modal: true,
      detail:
        'The filter of experiments and the data files you allowed outside the workspace are forgotten, and an engine with nothing to do starts anew. Experiments, settings and study files stay.',
    },
    reset,
  );
  if (answer !== reset) return;
  for (const key of context.workspaceState.keys()) await context.workspaceState.update(key, undefined);
  for (const key of context.globalState.keys()) await context.globalState.update(key, undefined);
  await tree.setFilter('');
  // An engine that ends empties its bin, from which a deleted experiment can still be taken back.
  if (index.running().length === 0 && !deleted.isAny) await engine.stop();
  await index.refresh();
  checks.allAgain();
}
