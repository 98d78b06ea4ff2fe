import type { MessageConnection } from 'vscode-jsonrpc';
import { Fault, isFault } from '../model/fault.ts';
import type {
  Client,
  Contract,
  Disposable,
  EventName,
  Handlers,
  ParamsOf,
  RequestName,
  ResultOf,
  WireFault,
} from './contract.ts';
import { fromWire, toWire } from './wireFault.ts';

/**
 * A contract over a process border: vscode-jsonrpc on Node's IPC channel (`IPCMessageReader`, `IPCMessageWriter`) with
 * `serialization: 'advanced'`, so that typed arrays cross as they are. Both ends make the MessageConnection, pass it
 * here and then call its `listen()`. Parameters travel as `{ params }`, payloads as `{ payload }`, answers as
 * `{ result }` or `{ fault }`: faults keep their code, and nothing depends on how JSON-RPC spreads arguments.
 */
type Answer = { readonly result: unknown } | { readonly fault: WireFault };

/** The asking end. When the peer dies or `dispose` is called, all pending requests are refused with `stopped`. */
export function connectProcess<C extends Contract>(connection: MessageConnection): Client<C> {
  const closing = new Set<(error: Fault) => void>();
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    connection.dispose();
    for (const reject of closing) reject(closedFault());
    closing.clear();
  };
  connection.onClose(close);
  connection.onError(() => undefined); // a broken message is answered by the peer; a broken channel closes
  return {
    request<N extends RequestName<C>>(name: N, params: ParamsOf<C, N>): Promise<ResultOf<C, N>> {
      if (closed) return Promise.reject(closedFault());
      return new Promise((resolve, reject) => {
        closing.add(reject);
        connection
          .sendRequest<Answer>(name, { params })
          .then(
            (answer) => {
              if ('fault' in answer) reject(fromWire(answer.fault));
              else resolve(answer.result); // typed by the contract: same commit at both ends
            },
            (error: unknown) => {
              const text = error instanceof Error ? error.message : String(error);
              reject(closed ? closedFault() : new Fault('internal', `Request ${name}: ${text}`));
            },
          )
          .finally(() => closing.delete(reject));
      });
    },
    onEvent<N extends EventName<C>>(name: N, listener: (payload: C['events'][N]) => void): Disposable {
      return connection.onNotification(name, (message: { payload: C['events'][N] }) => {
        listener(message.payload);
      });
    },
    dispose: close,
  };
}

export interface ProcessServer<C extends Contract> extends Disposable {
  send<N extends EventName<C>>(name: N, payload: C['events'][N]): void;
}

/**
 * The answering end. `onBug` gets whatever a handler throws that is not a Fault; the asker sees `internal`. `onAsked` hears of each
 * request, and what it returns of the answer: null, or the error it was refused with.
 */
export function serveProcess<C extends Contract>(
  connection: MessageConnection,
  handlers: Handlers<C>,
  {
    onBug,
    onAsked = () => () => undefined,
  }: {
    readonly onBug: (error: unknown, request: string) => void;
    readonly onAsked?: (request: string) => (refusal: unknown) => void;
  },
): ProcessServer<C> {
  for (const name of Object.keys(handlers) as RequestName<C>[]) {
    connection.onRequest(name, async (message: { params: ParamsOf<C, typeof name> }): Promise<Answer> => {
      const answered = onAsked(name);
      try {
        const result = await handlers[name](message.params);
        answered(null);
        return { result };
      } catch (error) {
        answered(error);
        if (!isFault(error)) onBug(error, name);
        const text = error instanceof Error ? error.message : String(error);
        return { fault: toWire(error, `${name}: ${text}`) };
      }
    });
  }
  let closed = false;
  connection.onClose(() => (closed = true));
  connection.onError(() => undefined);
  return {
    send(name, payload) {
      if (!closed) void connection.sendNotification(name, { payload }).catch(() => undefined); // the peer is gone: its exit is handled elsewhere
    },
    dispose() {
      closed = true;
      connection.dispose();
    },
  };
}

function closedFault(): Fault {
  return new Fault('stopped', 'The other process has ended.');
}
