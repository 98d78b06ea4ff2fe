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

const bug = 'Something went wrong here. The log has the details.';

/**
 * A contract over anything that posts messages (a webview, a MessagePort). Both ends use this file:
 * `connectPort` asks, `servePort` answers and sends events. Nothing is assumed of a message that comes in:
 * what is not of this framing is left alone, because other scripts may post to the same window.
 */
export interface Port {
  /** May answer a promise that resolves when the message has been taken. */
  post(message: unknown): unknown;
  onMessage(listener: (message: unknown) => void): Disposable;
}

type Frame =
  | { readonly lstm: 'request'; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly lstm: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly lstm: 'refusal'; readonly id: number; readonly fault: WireFault }
  | { readonly lstm: 'event'; readonly name: string; readonly payload: unknown };

/** The asking end. `dispose` refuses all pending requests with the fault `stopped`; later requests too. */
export function connectPort<C extends Contract>(port: Port): Client<C> {
  const pending = new Map<number, { resolve: (value: never) => void; reject: (error: Fault) => void }>();
  const listeners = new Map<string, Set<(payload: never) => void>>();
  let nextId = 1;
  let closed = false;
  const closedFault = (): Fault => new Fault('stopped', 'The connection is closed; open the panel again.');
  const subscription = port.onMessage((message) => {
    const frame = parseFrame(message);
    if (!frame) return;
    if (frame.lstm === 'event') {
      for (const listener of listeners.get(frame.name) ?? []) listener(frame.payload as never); // typed by the contract: same commit at both ends
      return;
    }
    if (frame.lstm === 'request') return;
    const waiting = pending.get(frame.id);
    pending.delete(frame.id);
    if (frame.lstm === 'answer')
      waiting?.resolve(frame.result as never); // typed by the contract
    else waiting?.reject(fromWire(frame.fault));
  });
  return {
    request<N extends RequestName<C>>(name: N, params: ParamsOf<C, N>): Promise<ResultOf<C, N>> {
      if (closed) return Promise.reject(closedFault());
      const id = nextId++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        try {
          port.post({ lstm: 'request', id, name, params } satisfies Frame);
        } catch (error) {
          pending.delete(id);
          reject(new Fault('internal', `Request ${name} could not be sent.`, { cause: error }));
        }
      });
    },
    onEvent<N extends EventName<C>>(name: N, listener: (payload: C['events'][N]) => void): Disposable {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return { dispose: () => void set.delete(listener) };
    },
    dispose() {
      if (closed) return;
      closed = true;
      subscription.dispose();
      for (const { reject } of pending.values()) reject(closedFault());
      pending.clear();
      listeners.clear();
    },
  };
}

export interface PortServer<C extends Contract> extends Disposable {
  /** Answers what the port's `post` answers. */
  send<N extends EventName<C>>(name: N, payload: C['events'][N]): unknown;
}

export interface ServeOptions<C extends Contract> {
  readonly port: Port;
  readonly handlers: Handlers<C>;
  /** Checks what came in before a handler sees it; throws a Fault `badInput` that says what is wrong. */
  readonly parse: <N extends RequestName<C>>(name: N, params: unknown) => ParamsOf<C, N>;
  /** Bugs: whatever a handler throws that is not a Fault. */
  readonly onBug: (error: unknown, request: string) => void;
}

/** The answering end. A handler that throws refuses its request and nothing else. */
export function servePort<C extends Contract>(options: ServeOptions<C>): PortServer<C> {
  const { port, handlers, parse, onBug } = options;
  let closed = false;
  const post = (frame: Frame): unknown => (closed ? undefined : port.post(frame));
  const answer = async (id: number, name: string, params: unknown): Promise<void> => {
    if (!Object.hasOwn(handlers, name))
      throw new Fault('badInput', `There is no request “${name.slice(0, 80)}”.`);
    const known = name as RequestName<C>; // a key of handlers: checked above
    const result = await handlers[known](parse(known, params));
    post({ lstm: 'answer', id, result });
  };
  const subscription = port.onMessage((message) => {
    const frame = parseFrame(message);
    if (frame?.lstm !== 'request') return;
    answer(frame.id, frame.name, frame.params).catch((error: unknown) => {
      if (!isFault(error)) onBug(error, frame.name);
      post({ lstm: 'refusal', id: frame.id, fault: toWire(error, bug) });
    });
  });
  return {
    send: (name, payload) => post({ lstm: 'event', name, payload }),
    dispose() {
      closed = true;
      subscription.dispose();
    },
  };
}

function parseFrame(message: unknown): Frame | null {
  if (typeof message !== 'object' || message === null || !('lstm' in message)) return null;
  const { lstm } = message;
  if (lstm === 'event')
    return 'name' in message && typeof message.name === 'string'
      ? { lstm, name: message.name, payload: 'payload' in message ? message.payload : undefined }
      : null;
  if (!('id' in message) || typeof message.id !== 'number') return null;
  const { id } = message;
  if (lstm === 'request')
    return 'name' in message && typeof message.name === 'string'
      ? { lstm, id, name: message.name, params: 'params' in message ? message.params : undefined }
      : null;
  if (lstm === 'answer') return { lstm, id, result: 'result' in message ? message.result : undefined };
  if (lstm === 'refusal' && 'fault' in message) {
    const fault = message.fault;
    if (typeof fault === 'object' && fault !== null && 'code' in fault && 'message' in fault)
      return { lstm, id, fault: { code: String(fault.code), message: String(fault.message) } };
  }
  return null;
}
