import { availableParallelism } from 'node:os';
import type { Issue } from '../../model/issue.ts';
import { searchSpaceOf } from '../../model/searchSpace.ts';
import type { Study } from '../../model/study.ts';
import { configurationsOf, samplerChoice } from '../experiment/newExperiment.ts';

/** A grid above this many trials wants to be asked for twice. */
const gridLimit = 1_000_000;

export function defaultWorkers(study: Study): number {
  return Math.max(1, Math.min(availableParallelism(), study.search.lag));
}

export function gridIssue(study: Study): Issue | null {
  const space = searchSpaceOf(study);
  if (samplerChoice(study, space).kind !== 'grid') return null;
  const { left, isExact } = configurationsOf(space);
  if (left === null || left <= gridLimit) return null;
  const size = `${isExact ? '' : 'about '}${left.toLocaleString('en-US')}`;
  return {
    path: ['hyperparameters'],
    code: 'gridTooLarge',
    severity: 'error',
    message: `The grid has ${size} combinations. Make it coarser, choose another sampler, or run it all the same with --yes; search.trials ends it earlier.`,
  };
}
