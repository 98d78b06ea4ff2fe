import type { Pruner } from './pruner.ts';

/** Every trial runs to its end. */
export const nonePruner: Pruner = { shouldPrune: () => false };
