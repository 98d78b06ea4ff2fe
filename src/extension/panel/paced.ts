import { upsertTrials } from '../../protocol/upsertTrials.ts';
import type { ViewContract } from '../../protocol/view.ts';

type Events = ViewContract['events'];
/** One event with its payload. */
export type Told = {
  readonly [N in keyof Events]: { readonly name: N; readonly payload: Events[N] };
}[keyof Events];

export interface PacedEvents {
  readonly send: <N extends keyof Events>(name: N, payload: Events[N]) => void;
  /** The page is loaded again and asks for everything: what waits here is older than what it will be answered. */
  readonly forget: () => void;
}

/**
 * A window takes what it is told as fast as it draws, and a run tells something ten times a second. One telling is under
 * way at a time; what comes meanwhile is told together when it has been taken: the latest of each kind, the rows of all
 * trials that changed. So a slow window is late by one telling, and never by all of them.
 *
 * `post` answers when the window has taken the message.
 */
export function pacedEvents(post: (told: Told) => unknown): PacedEvents {
  let waiting: Told[] = [];
  let isUnderWay = false;
  const tell = (): void => {
    const now = waiting;
    waiting = [];
    if (now.length === 0) return;
    isUnderWay = true;
    const taken = (): void => {
      isUnderWay = false;
      tell();
    };
    // A page that is gone takes nothing more, and may say so by throwing.
    const posted = now.map((told) => new Promise((resolve) => resolve(post(told))));
    Promise.all(posted).then(taken, taken);
  };
  return {
    send: (name, payload) => {
      waiting = withTold(waiting, { name, payload } as Told); // a name and its own payload
      if (!isUnderWay) tell();
    },
    forget: () => {
      waiting = waiting.filter(({ name }) => each.has(name));
      isUnderWay = false; // what the page before was told may never be taken
      tell();
    },
  };
}

/** Kinds of which every one counts. */
const each: ReadonlySet<keyof Events> = new Set(['show', 'fault']);
/** Kinds that are about the experiment told of last. */
const ofExperiment: ReadonlySet<keyof Events> = new Set(['trials', 'annotations', 'progress']);

/** What is still to be told, with one more thing: in the place of an older one of its kind, which it makes needless. */
export function withTold(waiting: readonly Told[], told: Told): Told[] {
  if (each.has(told.name)) return [...waiting, told];
  // Nothing moves over the word that another experiment is shown now.
  const border = waiting.findLastIndex(({ name }) => name === 'experiment');
  const place = waiting.findLastIndex(
    (other, i) =>
      other.name === told.name &&
      (!ofExperiment.has(told.name) || i > border) &&
      (told.name !== 'experiment' || idOf(other) === idOf(told)),
  );
  if (place < 0 || (told.name === 'experiment' && place < border)) return [...waiting, told];
  return waiting.with(place, merged(waiting[place], told));
}

function merged(before: Told | undefined, told: Told): Told {
  return before?.name === 'trials' && told.name === 'trials'
    ? { name: 'trials', payload: upsertTrials(before.payload, told.payload) }
    : told;
}

function idOf(told: Told): string | null {
  return told.name === 'experiment' ? (told.payload?.summary.id ?? null) : null;
}
