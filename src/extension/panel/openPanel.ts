import * as vscode from 'vscode';

export const studyPanelType = 'lstmStudy.panel';

/** Opens the panel of a study file beside its text, or brings it to the front. */
export async function openStudyPanel(uri: vscode.Uri): Promise<void> {
  const isOpen = vscode.window.tabGroups.all.some((group) =>
    group.tabs.some(
      ({ input }) => input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString(),
    ),
  );
  const beside =
    isOpen || !vscode.window.activeTextEditor ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
  const column = isOpen ? (columnOf(uri) ?? beside) : beside;
  await vscode.commands.executeCommand('vscode.openWith', uri, studyPanelType, {
    viewColumn: column,
    preserveFocus: false,
  });
}

function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  return vscode.window.tabGroups.all.find((group) =>
    group.tabs.some(
      ({ input }) => input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString(),
    ),
  )?.viewColumn;
}
