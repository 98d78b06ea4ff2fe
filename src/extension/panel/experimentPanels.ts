import * as vscode from 'vscode';
import { z } from 'zod';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import type { ViewContract } from '../../protocol/view.ts';
import { keyOf } from '../experimentIndex.ts';
import { experimentName } from '../format.ts';
import type { Parts } from '../parts.ts';
import { experimentSource } from './experimentSource.ts';
import { panelOptions } from './html.ts';
import { PanelSession } from './panelSession.ts';

export const experimentPanelType = 'lstmStudy.experiment';
const keptSchema = z.object({ ref: z.object({ store: z.string(), id: z.string() }) });
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

  isVisible(): boolean {
    return [...this.#open.values()].some(({ panel }) => panel.visible);
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
    if (what) session.show({ ...what, ref });
  }

  /** The page keeps which experiment it shows beside its own memory; names are no help, two experiments may share one. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = keptSchema.safeParse(state);
    const ref = kept.success ? kept.data.ref : null;
    if (!ref || this.#open.has(keyOf(ref))) panel.dispose();
    else this.#attach(ref, panel);
    return Promise.resolve();
  }

  #attach(ref: ExperimentRef, panel: vscode.WebviewPanel): PanelSession {
    const key = keyOf(ref);
    panel.iconPath = vscode.Uri.joinPath(this.#parts.context.extensionUri, 'media', 'panel.svg');
    const session = new PanelSession(this.#parts, panel, experimentSource(this.#parts, ref));
    this.#open.set(key, { panel, session });
    panel.onDidDispose(() => {
      this.#open.delete(key);
      session.dispose();
    });
    return session;
  }
}
