import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSampler, type ResolvedSamplerSpec } from '../../src/engine/samplers/create.ts';
import { paramsKey } from '../../src/model/searchSpace.ts';
import { closedForm, closedFormSpace } from '../../test/conformance/closedForm.ts';
import { runSearch } from '../../test/conformance/search.ts';

const folder = fileURLToPath(new URL('../results/search', import.meta.url));

/** A run of one contender on one problem with one seed, kept on disk so that a long comparison can be stopped and gone on with. */
export interface Slice {
  readonly problem: string;
  readonly contender: string;
  readonly seed: number;
  readonly trials: number;
  /** What was run: behaviourOf ours, or the peers' versions. A slice of something else is run again. */
  readonly made: string;
  /** Lowest regret after each trial. */
  readonly regret: readonly number[];
}

export type SliceKey = Omit<Slice, 'regret'>;

function fileOf(key: SliceKey): string {
  const name = `${key.problem} ${key.contender} ${key.trials} ${key.seed}`.replace(/[^\w]+/g, '-');
  return join(folder, `${name.toLowerCase()}.json`);
}

/** The slice as it was stored; null when it is not there or was made by something else. */
export function readSlice(key: SliceKey): Slice | null {
  const file = fileOf(key);
  if (!existsSync(file)) return null;
  const slice = JSON.parse(readFileSync(file, 'utf8')) as Slice; // written below
  return slice.made === key.made ? slice : null;
}

/** Whole or not at all: several processes may write beside each other. */
export function writeSlice(slice: Slice): void {
  mkdirSync(folder, { recursive: true });
  const file = fileOf(slice);
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(slice));
  renameSync(temporary, file);
}

/**
 * What a sampler proposes in a short search, as a digest: another digest is another sampler, whatever moved in its sources. The
 * search is long enough for models to be fitted and for a mask to matter.
 */
export function behaviourOf(spec: ResolvedSamplerSpec): string {
  const history = runSearch(createSampler(spec, { seed: 1 }), {
    space: closedFormSpace,
    objective: closedForm,
    trials: 30,
    seed: 1,
    lag: 3,
  });
  const proposed = history.map((trial) => paramsKey(trial.params)).join('\n');
  return createHash('sha256').update(proposed).digest('hex').slice(0, 16);
}
