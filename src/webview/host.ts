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

/** The extension host, over window messages. Only what comes from the window that embeds the page counts. */
export function connectHost(api: VsCodeApi): Host {
  const port: Port = {
    post: (message) => api.postMessage(message),
    onMessage: (listener) => {
      const heard = (event: MessageEvent<unknown>): void => {
        if (event.source !== null && event.source !== window.parent && event.source !== window) return;
        listener(event.data);
      };
      window.addEventListener('message', heard);
      return { dispose: () => window.removeEventListener('message', heard) };
    },
  };
  return connectPort<ViewContract>(port);
}
