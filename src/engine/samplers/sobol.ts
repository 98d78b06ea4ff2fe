/**
 * Sobol points in base 2, up to 13 dimensions, with the primitive polynomials and initial numbers of Joe & Kuo (2008, SIAM J. Sci.
 * Comput. 30:2635, table new-joe-kuo-6). Each row: degree, coefficients, initial direction numbers.
 */
const joeKuo: readonly { readonly degree: number; readonly a: number; readonly m: readonly number[] }[] = [
  { degree: 1, a: 0, m: [1] },
  { degree: 2, a: 1, m: [1, 3] },
  { degree: 3, a: 1, m: [1, 3, 1] },
  { degree: 3, a: 2, m: [1, 1, 1] },
  { degree: 4, a: 1, m: [1, 1, 3, 3] },
  { degree: 4, a: 4, m: [1, 3, 5, 13] },
  { degree: 5, a: 2, m: [1, 1, 5, 5, 17] },
  { degree: 5, a: 4, m: [1, 1, 5, 5, 5] },
  { degree: 5, a: 7, m: [1, 1, 7, 11, 19] },
  { degree: 5, a: 11, m: [1, 1, 5, 1, 1] },
  { degree: 5, a: 13, m: [1, 1, 1, 3, 11] },
  { degree: 5, a: 14, m: [1, 3, 5, 5, 31] },
];

export const sobolDimensions = joeKuo.length + 1;
const bits = 32;

export interface Sobol {
  /** Point `index` (0 and up), coordinates in [0, 1). Points 0..2^k - 1 fill every dyadic cell evenly. */
  point(index: number): Float64Array;
}

/**
 * @param scrambles one uint32 a dimension: nested uniform (Owen) scrambling by a hash (Burley 2020, JCGT 9(4)); null leaves the
 * plain sequence
 */
export function createSobol(dimensions: number, scrambles: Uint32Array | null): Sobol {
  if (dimensions > sobolDimensions)
    throw new RangeError(`Sobol points have at most ${sobolDimensions} dimensions`);
  const directions = Array.from({ length: dimensions }, (_, d) => directionNumbers(d));
  return {
    point: (index) =>
      Float64Array.from(directions, (v, d) => {
        let x = 0;
        for (let bit = 0, rest = index; rest > 0; bit++, rest = Math.floor(rest / 2))
          if (rest % 2 === 1) x ^= v[bit];
        return (scrambles ? owenScramble(x, scrambles[d]) : x >>> 0) / 2 ** bits;
      }),
  };
}

function directionNumbers(dimension: number): Uint32Array {
  const v = new Uint32Array(bits);
  if (dimension === 0) {
    for (let i = 0; i < bits; i++) v[i] = 2 ** (bits - 1 - i);
    return v;
  }
  const { degree, a, m } = joeKuo[dimension - 1];
  for (let i = 0; i < bits; i++) {
    if (i < degree) {
      v[i] = m[i] * 2 ** (bits - 1 - i);
      continue;
    }
    let x = v[i - degree] ^ (v[i - degree] >>> degree);
    for (let k = 1; k < degree; k++) if ((a >>> (degree - 1 - k)) & 1) x ^= v[i - k];
    v[i] = x >>> 0;
  }
  return v;
}

/** A random permutation of each dyadic cell's halves, from the largest cell down. */
function owenScramble(x: number, seed: number): number {
  let y = reverseBits(x);
  y ^= Math.imul(y, 0x3d20adea);
  y = (y + seed) | 0;
  y = Math.imul(y, (seed >>> 16) | 1);
  y ^= Math.imul(y, 0x05526c56);
  y ^= Math.imul(y, 0x53a22864);
  return reverseBits(y) >>> 0;
}

function reverseBits(x: number): number {
  let y = x;
  y = ((y >>> 1) & 0x55555555) | ((y & 0x55555555) << 1);
  y = ((y >>> 2) & 0x33333333) | ((y & 0x33333333) << 2);
  y = ((y >>> 4) & 0x0f0f0f0f) | ((y & 0x0f0f0f0f) << 4);
  y = ((y >>> 8) & 0x00ff00ff) | ((y & 0x00ff00ff) << 8);
  return (y >>> 16) | (y << 16) | 0;
}
