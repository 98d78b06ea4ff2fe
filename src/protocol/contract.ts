/**
 * The shape all three contracts share. A contract is a type with `requests` (params and result of each) and `events`
 * (payload of each); both ends derive their types from it, so that a changed message does not compile on either side.
 * Events carry whole records keyed by number or id, never deltas: applying one twice is harmless.
 */
export interface Contract {
  readonly requests: Record<string, { params: unknown; result: unknown }>;
  readonly events: Record<string, unknown>;
}

export type RequestName<C extends Contract> = Extract<keyof C['requests'], string>;
export type EventName<C extends Contract> = Extract<keyof C['events'], string>;
export type ParamsOf<C extends Contract, N extends RequestName<C>> = C['requests'][N]['params'];
export type ResultOf<C extends Contract, N extends RequestName<C>> = C['requests'][N]['result'];

/** A refused request as it crosses the wire. */
export interface WireFault {
  readonly code: string;
  readonly message: string;
}

/** Where something goes on: ends it, and only once. */
export interface Disposable {
  dispose(): void;
}

/** The asking side of a contract. */
export interface Client<C extends Contract> extends Disposable {
  request<N extends RequestName<C>>(name: N, params: ParamsOf<C, N>): Promise<ResultOf<C, N>>;
  onEvent<N extends EventName<C>>(name: N, listener: (payload: C['events'][N]) => void): Disposable;
}

/** The answering side of a contract. */
export type Handlers<C extends Contract> = {
  readonly [N in RequestName<C>]: (params: ParamsOf<C, N>) => Promise<ResultOf<C, N>> | ResultOf<C, N>;
};
