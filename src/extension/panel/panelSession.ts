import * as vscode from 'vscode';
import { Fault } from '../../model/fault.ts';
import type { ExperimentRef } from '../../protocol/experiments.ts';
import { servePort, type Port, type PortServer } from '../../protocol/portRpc.ts';
import type { ViewContract, ViewState } from '../../protocol/view.ts';
import { parseViewRequest } from '../../protocol/viewMessages.ts';
import { exportTo } from '../commands/exportCommand.ts';
import { pickTrial } from '../commands/pickTrial.ts';
import { DisposableStore } from '../disposables.ts';
import { keyOf, refOf } from '../experimentIndex.ts';
import { applyTrial } from '../studyFile/applyTrial.ts';
import type { Parts } from '../parts.ts';
import { reasonNotToRun } from '../workspaceGuard.ts';
import { Followed, noAnnotations } from './followed.ts';
import { panelHtml, panelOptions } from './html.ts';
import { pacedEvents, type PacedEvents } from './paced.ts';
import type { PanelSource } from './panelSource.ts';

type Show = ViewContract['events']['show'];
const notChecked = new Fault(
  'internal',
  'The study could not be checked, because the engine did not answer. The log says why; any command of LSTM Study tries again.',
);
/** How long the first paint waits for the check. */
const checkWaitMs = 150;

/** A page and what stands behind it: a study document or a past experiment (`source`). Lives as long as the webview. */
export class PanelSession implements vscode.Disposable {
  readonly #parts: Parts;
  readonly #panel: vscode.WebviewPanel;
  readonly #source: PanelSource;
  readonly #disposables = new DisposableStore();
  readonly #followed: Followed;
  #page: PortServer<ViewContract> | null = null;
  readonly #told: PacedEvents;
  #isReady = false;
  /** A page that is loaded again meanwhile is told of it. */
  #testing: number | null = null;
  #pendingShow: Show | null = null;

  constructor(parts: Parts, panel: vscode.WebviewPanel, source: PanelSource) {
    this.#parts = parts;
    this.#panel = panel;
    this.#source = source;
    this.#followed = new Followed(parts, () => (this.#isReady ? this.#page : null));
    this.#disposables.add(this.#followed);
    this.#disposables.add({ dispose: () => this.#page?.dispose() });
    this.#disposables.add(source);
    this.#listen();
    panel.webview.options = panelOptions(parts.context.extensionUri);
    // The listener first, the page last: what the page says when it loads is heard.
    const page = servePort<ViewContract>({
      port: portOf(panel.webview),
      handlers: this.#handlers(),
      parse: parseViewRequest,
      onBug: (error, request) => {
        parts.log.error(`panel request ${request}`, error);
      },
    });
    this.#told = pacedEvents(({ name, payload }) => page.send(name, payload));
    this.#page = { ...page, send: this.#told.send };
    panel.webview.html = panelHtml(panel.webview, parts.context.extensionUri);
  }

  get isVisible(): boolean {
    return this.#panel.visible;
  }

  get ref(): ExperimentRef | null {
    return this.#followed.ref;
  }

  /** Shows a tab, a trial; waits for a page that is still loading. */
  show(what: Show): void {
    if (this.#isReady) this.#page?.send('show', what);
    else this.#pendingShow = what;
  }

  #listen(): void {
    const { index, engine, opened } = this.#parts;
    const own = (ref: ExperimentRef): boolean =>
      this.#followed.ref !== null && keyOf(ref) === keyOf(this.#followed.ref);
    const send = <N extends keyof ViewContract['events']>(
      name: N,
      payload: ViewContract['events'][N],
    ): void => {
      if (this.#isReady) this.#page?.send(name, payload);
    };
    this.#disposables.add(
      this.#source.onDocument((document) => {
        send('document', document);
      }),
    );
    this.#disposables.add(
      this.#source.onCheck((check) => {
        send('check', check);
        void this.#followWhatFits();
      }),
    );
    this.#disposables.add(
      index.onExperimentChanged((summary) => {
        if (own(refOf(summary)))
          void this.#followed.refreshHeader().catch((error: unknown) => this.#fault(error));
      }),
    );
    this.#disposables.add(index.onChanged(() => void this.#followWhatFits()));
    this.#disposables.add(
      index.onProgress((progress) => {
        if (own(progress)) send('progress', progress);
      }),
    );
    this.#disposables.add(opened.onFailed(({ ref, error }) => own(ref) && this.#fault(error)));
    this.#disposables.add(
      engine.onCrashed(({ restarting }) => {
        send('progress', null);
        send('fault', {
          code: 'internal',
          message: restarting
            ? 'The engine ended unexpectedly and is started again; finished folds are in the store.'
            : 'The engine ended several times in a row and is not started again by itself. The log says why; what is finished is in the store. Any command of LSTM Study tries once more.',
        });
      }),
    );
    this.#disposables.add(
      vscode.workspace.onDidGrantWorkspaceTrust(() => send('document', this.#source.document())),
    );
  }

  /** A study file shows the experiment that fits its text, else its newest. */
  async #followWhatFits(): Promise<void> {
    const wanted = this.#source.wanted();
    const current = this.#followed.asked;
    if (!this.#isReady || (wanted && current && keyOf(wanted) === keyOf(current)) || (!wanted && !current))
      return;
    try {
      await this.#followed.exchange(wanted);
      this.#setTitle();
    } catch (error) {
      this.#fault(error);
    }
  }

  #setTitle(): void {
    const title = this.#source.title(this.#followed.opened?.summary ?? null);
    if (title !== null) this.#panel.title = title;
  }

  #fault(error: unknown): void {
    this.#parts.log.error('panel', error);
    const code = error instanceof Fault ? error.code : 'internal';
    this.#page?.send('fault', { code, message: error instanceof Error ? error.message : String(error) });
  }

  async #ready(): Promise<ViewState> {
    // A panel was opened, or asked to try again: an engine that was given up is tried anew.
    this.#parts.engine.tryAgain();
    await this.#parts.index.all();
    await this.#checkSoon();
    this.#isReady = false; // what is told until the answer goes is in it
    this.#told.forget();
    let failed: { readonly error: unknown } | null = null;
    const opened = await this.#followed.show(this.#source.wanted()).catch((error: unknown) => {
      failed = { error };
      return null;
    });
    this.#isReady = true;
    this.#setTitle();
    const show = this.#pendingShow;
    this.#pendingShow = null;
    setTimeout(() => {
      this.#followed.release();
      if (failed) this.#fault(failed.error);
      else void this.#followWhatFits(); // another one may fit since
      if (show) this.show(show);
    });
    return {
      document: this.#source.document(),
      check: this.#source.checked(),
      experiment: opened && { experiment: opened.experiment, summary: opened.summary },
      trials: opened?.trials ?? null,
      annotations: opened?.annotations ?? noAnnotations,
      progress: opened?.progress ?? null,
      testing: this.#testing,
      ref: this.#followed.ref ?? this.#source.wanted(),
    };
  }

  /** A first check times the trainer's kernels, which a busy machine draws out: the page does not wait for it. */
  async #checkSoon(): Promise<void> {
    let isLate = false;
    const checking = this.#source.check().then((check) => {
      if (isLate) {
        this.#page?.send('document', this.#source.document());
        this.#page?.send('check', this.#source.checked()); // a newer one may have been sent already
      }
      if (check === null) setTimeout(() => this.#fault(notChecked));
    });
    await Promise.race([checking, new Promise((resolve) => setTimeout(resolve, checkWaitMs))]);
    isLate = true;
    checking.catch((error: unknown) => this.#fault(error));
  }

  async #whileTesting<T>(number: number | null, test: () => Promise<T>): Promise<T> {
    this.#testing = number;
    try {
      return await test();
    } finally {
      this.#testing = null;
      this.#page?.send('testing', null);
    }
  }

  #need(): ExperimentRef {
    const { ref } = this.#followed;
    if (!ref) throw new Fault('badInput', 'There is no experiment yet: run the study first.');
    return ref;
  }

  #needKnown(refs: readonly ExperimentRef[]): void {
    if (!refs.every((ref) => this.#parts.index.get(ref)))
      throw new Fault('badInput', 'Only experiments of this workspace can be compared.');
  }

  #needTrust(): void {
    const reason = reasonNotToRun();
    if (reason !== null) throw new Fault('backendUnavailable', reason);
  }

  #handlers(): Parameters<typeof servePort<ViewContract>>[0]['handlers'] {
    const { engine, index, log } = this.#parts;
    return {
      ready: () => this.#ready(),
      edit: (edit) => this.#source.edit(edit),
      run: async ({ ifFinished }) => {
        this.#needTrust();
        await this.#source.settled();
        await this.#source.run(ifFinished);
        return null;
      },
      stop: async ({ how }) => {
        await engine.request('stop', { ...this.#need(), how });
        return null;
      },
      resume: async ({ study }) => {
        this.#needTrust();
        await this.#source.settled();
        const command = study === 'changed' ? 'lstmStudy.continueChanged' : 'lstmStudy.resume';
        await vscode.commands.executeCommand(command, this.#need());
        return null;
      },
      trial: ({ number }) => engine.request('trial', { ...this.#need(), number }),
      predictions: ({ number, of }) => {
        if (of) this.#needKnown([of]);
        return engine.request('predictions', { ...(of ?? this.#need()), number });
      },
      analyse: (what) => engine.request('analyse', { ...this.#need(), what }),
      compare: ({ trials }) => {
        this.#needKnown(trials);
        return engine.request('compare', { trials });
      },
      test: async (which) => {
        this.#needTrust();
        const result = await this.#whileTesting(which.number ?? null, () =>
          engine.request('test', { ...this.#need(), ...which }),
        );
        await index.refresh();
        await this.#followed.refreshHeader();
        return result;
      },
      testResult: (which) => engine.request('testResult', { ...this.#need(), ...which }),
      pickTrial: () => pickTrial(this.#parts),
      annotate: async (annotations) => {
        const kept = await engine.request('annotate', { ...this.#need(), annotations });
        index.refreshSoon();
        return kept;
      },
      applyParams: async ({ number }) => {
        await this.#source.settled();
        return { applied: await applyTrial(this.#parts, this.#need(), number) };
      },
      export: (request) => exportTo(this.#parts, this.#need(), request),
      save: (file) => this.#save(file),
      copy: async ({ text }) => {
        await vscode.env.clipboard.writeText(text);
        return null;
      },
      reveal: async ({ path }) => {
        await this.#source.reveal(path);
        return null;
      },
      openExperiment: async (ref) => {
        await vscode.commands.executeCommand('lstmStudy.openPanel', ref);
        return null;
      },
      tensorflow: async ({ action }) => {
        if (action === 'install') await vscode.commands.executeCommand('lstmStudy.installTensorflow');
        return engine.request('tensorflow', { action: 'status' });
      },
      showLog: () => {
        log.show();
        return null;
      },
      dataFiles: () => this.#source.dataFiles(),
      manageTrust: async () => {
        await vscode.commands.executeCommand('workbench.trust.manage');
        return null;
      },
    };
  }

  async #save(file: { name: string; text?: string; bytes?: Uint8Array }): Promise<{ saved: boolean }> {
    const target = await vscode.window.showSaveDialog({
      title: `Save ${file.name}`,
      defaultUri: vscode.Uri.joinPath(this.#source.folder(), file.name),
    });
    if (!target) return { saved: false };
    await vscode.workspace.fs.writeFile(target, file.bytes ?? Buffer.from(file.text ?? ''));
    return { saved: true };
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function portOf(webview: vscode.Webview): Port {
  return {
    post: (message) => webview.postMessage(message),
    onMessage: (listener) => webview.onDidReceiveMessage(listener),
  };
}
