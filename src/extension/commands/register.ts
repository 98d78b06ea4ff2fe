import * as vscode from 'vscode';
import { isFault } from '../../model/fault.ts';
import { messageText } from '../tooltipText.ts';

export type Command = (...args: unknown[]) => unknown;

/** Registers commands, with what comes before each; a fault is shown to the user, a bug is logged with its stack and said to be one. */
export function registerCommands(
  { log, before }: { readonly log: vscode.LogOutputChannel; readonly before: () => void },
  commands: Readonly<Record<string, Command>>,
): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, command]) =>
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        try {
          before();
          return await command(...args);
        } catch (error) {
          await showError(log, error);
          return undefined;
        }
      }),
    ),
  );
}

export async function showError(log: vscode.LogOutputChannel, error: unknown): Promise<void> {
  const showLog = 'Show Log';
  log.error(logText(error));
  const text = isFault(error)
    ? error.message
    : `LSTM Study failed unexpectedly: ${error instanceof Error ? error.message : String(error)}`;
  const answer = await vscode.window.showErrorMessage(messageText(text), showLog);
  if (answer === showLog) log.show();
}

/** Faults are told by their code, bugs by their stack. */
function logText(error: unknown): string {
  if (isFault(error)) return `${error.message} [${error.code}]`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
