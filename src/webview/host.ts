import { connectPort, type Port } from '../protocol/portRpc.ts';
import type { Client } from '../protocol/contract.ts';
import type { ViewContract } from '../protocol/view.ts';

/** What VS Code gives a webview's page; it can be asked for once. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

export type Host = Client<ViewContract>;

/**
 * The extension host, over window messages. VS Code hides the embedding window from the page (`window.parent` is the page
 * itself), so the sender is known by its origin: the frame around the page has the page's own.
 */
export function connectHost(api: VsCodeApi): Host {
  const port: Port = {
    post: (message) => api.postMessage(message),
    onMessage: (listener) => {
      const heard = (event: MessageEvent<unknown>): void => {
        if (event.origin !== window.origin && event.origin !== '') return;
        listener(event.data);
      };
      window.addEventListener('message', heard);
      return { dispose: () => window.removeEventListener('message', heard) };
    },
  };
  return connectPort<ViewContract>(port);
}
