import { createArena, type Arena } from './arena.ts';
import type { KernelModule } from './kernels.ts';

/** Arenas at rest, handed out one user at a time: fits follow each other in the same memory, and none disturbs another. */
export interface ArenaPool {
  /** Runs `work` with an arena of its own; the arena comes back when it returns, or its promise settles. */
  use<Result>(work: (arena: Arena) => Result): Result;
  dispose(): void;
}

/** An arena that grew beyond this for one large model is let go after it. */
const largestKeptBytes = 1 << 30;

export function createArenaPool(module: KernelModule, limitBytes: number): ArenaPool {
  const resting: Arena[] = [];
  let isDisposed = false;
  const giveBack = (arena: Arena): void => {
    if (!isDisposed && arena.size() <= largestKeptBytes) resting.push(arena);
  };
  return {
    use: (work) => {
      const arena = resting.pop() ?? createArena(module, limitBytes);
      let isPending = false;
      try {
        const result = work(arena);
        if (result instanceof Promise) {
          isPending = true;
          const settled = (): void => giveBack(arena);
          result.then(settled, settled);
        }
        return result;
      } finally {
        if (!isPending) giveBack(arena);
      }
    },
    dispose: () => {
      isDisposed = true;
      resting.length = 0;
    },
  };
}
