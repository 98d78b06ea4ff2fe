import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * A random stream. Streams come from (seed, purpose, numbers...): nothing depends on timing or on what another stream drew.
 * Generator: xoroshiro128+ (Blackman & Vigna 2018) of pure-rand.
 */
export interface Rng {
  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  /** Standard normal (Box-Muller, both values used in turn). */
  normal(): number;
  /** Uniform uint32. */
  uint32(): number;
}

/** uint32 hash of a seed, a purpose and numbers (FNV-1a over the text, then the finalizer of MurmurHash3). */
export function hashSeed(seed: number, purpose: string, ...numbers: readonly number[]): number {
  const text = `${seed}/${purpose}/${numbers.join('/')}`;
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const warmUpDraws = 20;

export function createRng(seed: number): Rng {
  const generator = xoroshiro128plus(seed | 0);
  // The first outputs of a fresh state still show the seed's bits.
  for (let i = 0; i < warmUpDraws; i++) generator.next();
  let spare: number | null = null;
  const uint32 = (): number => generator.next() >>> 0;
  const uniform = (): number => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  return {
    uint32,
    uniform,
    int: (n) => Math.floor(uniform() * n),
    normal: () => {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}
