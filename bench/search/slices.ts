import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(top, 'bench', 'results', 'search');

/** A run of one contender on one problem with one seed, kept on disk so that a long comparison can be stopped and gone on with. */
export interface Slice {
  readonly problem: string;
  readonly contender: string;
  readonly seed: number;
  readonly trials: number;
  /** What was run: a digest of our sources, or the peers' versions. A slice of something else is run again. */
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

/** Digest of the sources that decide what our samplers propose on problems without conditions and constraints. */
export function sourcesDigest(): string {
  const samplers = join('src', 'engine', 'samplers');
  const files = [
    ...readdirSync(join(top, samplers))
      .filter((name) => !name.includes('.test.') && name !== 'auto.ts')
      .sort()
      .map((name) => join(samplers, name)),
    join('src', 'engine', 'rng.ts'),
    join('src', 'engine', 'normal.ts'),
    join('src', 'model', 'dimension.ts'),
    join('src', 'model', 'searchSpace.ts'),
    join('bench', 'search', 'problemSpace.ts'),
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(top, file)));
  return hash.digest('hex').slice(0, 16);
}
