import { keepsTime, readPlan } from './generated';

/** Samples of the current batch, and the panels of 8 that hold them. */
export let count: i32 = 0;
export let panels: i32 = 0;

/** Makes the model at `plan` the current one, with a batch of `samples`. */
export function select(plan: usize, samples: i32): void {
  readPlan(plan);
  count = samples;
  panels = (samples + 7) >> 3;
}

/** Panels before time step t in an array that keeps every step (training) or one (prediction). */
@inline export function panelsBefore(t: i32): usize {
  return keepsTime ? <usize>(t * panels) : 0;
}
