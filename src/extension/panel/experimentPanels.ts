import * as vscode from 'vscode';
import type { ExperimentRef } from '../../protocol/engine.ts';
import type { ViewContract } from '../../protocol/view.ts';
import { keyOf } from '../experimentIndex.ts';
import { experimentName } from '../format.ts';
import type { Parts } from '../parts.ts';
import { experimentSource } from './experimentSource.ts';
import { panelOptions } from './html.ts';
import { PanelSession } from './panelSession.ts';

export const experimentPanelType = 'lstmStudy.experiment';
type Show = ViewContract['events']['show'];

/** Panels of stored experiments; restored after a restart by the serializer. */
export class ExperimentPanels implements vscode.WebviewPanelSerializer {
  readonly #parts: Parts;
  readonly #open = new Map<string, { readonly panel: vscode.WebviewPanel; readonly session: PanelSession }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  static register(panels: ExperimentPanels): vscode.Disposable {
    return vscode.window.registerWebviewPanelSerializer(experimentPanelType, panels);
  }

  /** Opens the experiment's panel, or brings it to the front. */
  async show(ref: ExperimentRef, what?: Show): Promise<void> {
    const key = keyOf(ref);
    const known = this.#open.get(key);
    if (known) {
      known.panel.reveal();
      if (what) known.session.show({ ...what, ref });
      return;
    }
    await this.#parts.index.all();
    const summary = this.#parts.index.get(ref);
    const panel = vscode.window.createWebviewPanel(
      experimentPanelType,
      summary ? experimentName(summary) : ref.id,
      vscode.ViewColumn.Active,
      panelOptions(this.#parts.context.extensionUri),
    );
    const session = this.#attach(ref, panel);
    await this.#remember();
    if (what) session.show({ ...what, ref });
  }

  /**
   * The page's own state is its memory (tab, sort, filters) and says nothing of the experiment: which one a panel showed is kept
   * beside it, by title and order.
   */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    const remembered = this.#parts.context.workspaceState.get<{ title: string; ref: ExperimentRef }[]>(
      stateKey,
      [],
    );
    const found = remembered.find(({ title, ref }) => title === panel.title && !this.#open.has(keyOf(ref)));
    if (!found) {
      panel.dispose();
      return;
    }
    this.#attach(found.ref, panel);
    await this.#parts.index.all();
  }

  #attach(ref: ExperimentRef, panel: vscode.WebviewPanel): PanelSession {
    const key = keyOf(ref);
    panel.iconPath = vscode.Uri.joinPath(this.#parts.context.extensionUri, 'media', 'panel.svg');
    const session = new PanelSession(this.#parts, panel, experimentSource(this.#parts, ref));
    this.#open.set(key, { panel, session });
    panel.onDidDispose(() => {
      this.#open.delete(key);
      session.dispose();
      if (!this.#isShuttingDown) void this.#remember();
    });
    return session;
  }

  #isShuttingDown = false;

  async #remember(): Promise<void> {
    await this.#parts.context.workspaceState.update(
      stateKey,
      [...this.#open.entries()].map(([key, { panel }]) => {
        const [store = '', id = ''] = key.split('\0');
        return { title: panel.title, ref: { store, id } };
      }),
    );
  }

  /** Panels that end with the window stay remembered. */
  dispose(): void {
    this.#isShuttingDown = true;
  }
}

const stateKey = 'openExperimentPanels';
