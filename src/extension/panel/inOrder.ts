/** Work that is done one after the other, in the order in which it is asked for. */
export interface InOrder {
  /** Answers what the work answers; one that fails does not hold up the next. */
  add<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when all that was asked for until now is done, well or not. */
  settled(): Promise<void>;
}

export function inOrder(): InOrder {
  let last: Promise<unknown> = Promise.resolve();
  return {
    add: (work) => {
      const done = last.then(work);
      last = done.catch(() => undefined); // told to who asked
      return done;
    },
    settled: async () => {
      await last;
    },
  };
}
