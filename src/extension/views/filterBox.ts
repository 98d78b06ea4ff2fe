import * as vscode from 'vscode';
import type { ExperimentsTree } from './experimentsTree.ts';

interface OpenBox {
  readonly input: vscode.InputBox;
  readonly before: string;
}

/**
 * Asks for the filter of the Experiments view and filters while one types. What is typed stays, however the box goes: a click on a row
 * that was found is no reason to take it back. Escape alone brings the filter back that was there; it is a key binding of ours, because a
 * box that is hidden does not say why.
 */
export class FilterBox {
  readonly #tree: ExperimentsTree;
  #open: OpenBox | null = null;

  constructor(tree: ExperimentsTree) {
    this.#tree = tree;
  }

  show(): void {
    const input = vscode.window.createInputBox();
    input.title = 'Filter Experiments';
    input.value = this.#tree.filter;
    input.prompt =
      'Words of name, study file, state, verdict, tag or note; “starred”; “archived” shows archived ones too';
    input.ignoreFocusOut = true;
    input.onDidChangeValue((text) => void this.#tree.setFilter(text.trim()));
    input.onDidAccept(() => input.hide());
    input.onDidHide(() => {
      if (this.#open?.input === input) this.#set(null);
      input.dispose();
    });
    this.#set({ input, before: this.#tree.filter });
    input.show();
  }

  /** Escape. The window hears a little later that the box is gone: what stands in its place by then is closed, as Escape does. */
  async takeBack(): Promise<void> {
    if (!this.#open) {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return;
    }
    const { input, before } = this.#open;
    input.hide();
    await this.#tree.setFilter(before);
  }

  #set(open: OpenBox | null): void {
    this.#open = open;
    void vscode.commands.executeCommand('setContext', 'lstmStudy.filtering', open !== null);
  }
}
