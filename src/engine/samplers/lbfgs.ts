export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export interface MinimizeOptions {
  /** Box; null for none. */
  readonly bounds: Bounds | null;
  /** Stop when no component of the projected gradient is larger. */
  readonly gradientTolerance: number;
  readonly maxIterations: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
}

/** Value at x; writes the gradient. May return Infinity where the function is not defined. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** Pairs of steps and gradient changes kept. */
const memory = 10;
const maxBacktracks = 30;
const armijo = 1e-4;
/** Stop when a step gains less than this share of the value (the 2.2e-9 of L-BFGS-B). */
const relativeGain = 2.2e-9;

/**
 * Limited-memory BFGS with a box (Nocedal & Wright 2006, algorithms 7.4 and 16.7 in their simplest form): components at a bound
 * that the gradient pushes outwards are held, the two-loop recursion gives a direction for the others, and an Armijo search goes
 * along its projection. For the few dozen variables of a sampler; deterministic.
 */
export function minimize(objective: Objective, start: Float64Array, options: MinimizeOptions): Minimum {
  const { bounds, gradientTolerance, maxIterations } = options;
  const n = start.length;
  const x = project(start.slice(), bounds);
  const gradient = new Float64Array(n);
  let value = objective(x, gradient);
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  const nextGradient = new Float64Array(n);
  for (let iteration = 0; iteration < maxIterations && Number.isFinite(value); iteration++) {
    const isFree = Uint8Array.from(x, (xi, i) => (isHeld(xi, gradient[i], i, bounds) ? 0 : 1));
    const projected = gradient.map((g, i) => (isFree[i] ? g : 0));
    const size = maxAbs(projected);
    if (size <= gradientTolerance) break;
    let direction = twoLoop(projected, pairs, isFree);
    if (dot(direction, projected) >= 0) {
      pairs.length = 0;
      direction = projected.map((g) => -g);
    }
    let step = pairs.length === 0 ? Math.min(1, 1 / Math.hypot(...projected)) : 1;
    let next: Float64Array | null = null;
    let nextValue = value;
    for (let k = 0; k < maxBacktracks; k++, step /= 2) {
      const candidate = project(
        x.map((xi, i) => xi + step * direction[i]),
        bounds,
      );
      let slope = 0;
      for (let i = 0; i < n; i++) slope += gradient[i] * (candidate[i] - x[i]);
      const candidateValue = objective(candidate, nextGradient);
      if (candidateValue <= value + armijo * slope && Number.isFinite(candidateValue)) {
        next = candidate;
        nextValue = candidateValue;
        break;
      }
    }
    if (!next) break;
    const s = next.map((xi, i) => xi - x[i]);
    const y = nextGradient.map((g, i) => g - gradient[i]);
    const curvature = dot(s, y);
    if (curvature > 1e-10 * dot(y, y)) {
      pairs.push({ s, y, rho: 1 / curvature });
      if (pairs.length > memory) pairs.shift();
    }
    const gain = value - nextValue;
    x.set(next);
    gradient.set(nextGradient);
    value = nextValue;
    if (gain <= relativeGain * Math.max(1, Math.abs(value))) break;
  }
  return { x, value };
}

function isHeld(x: number, gradient: number, i: number, bounds: Bounds | null): boolean {
  if (!bounds) return false;
  return (x <= bounds.lower[i] && gradient > 0) || (x >= bounds.upper[i] && gradient < 0);
}

function project(x: Float64Array, bounds: Bounds | null): Float64Array {
  if (bounds)
    for (let i = 0; i < x.length; i++) x[i] = Math.min(bounds.upper[i], Math.max(bounds.lower[i], x[i]));
  return x;
}

function twoLoop(
  gradient: Float64Array,
  pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[],
  isFree: Uint8Array,
): Float64Array {
  const q = gradient.slice();
  const alphas = new Array<number>(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, rho } = pairs[k];
    alphas[k] = rho * dot(s, q);
    for (let i = 0; i < q.length; i++) q[i] -= alphas[k] * y[i];
  }
  const last = pairs.at(-1);
  const scale = last ? 1 / (last.rho * dot(last.y, last.y)) : 1;
  for (let i = 0; i < q.length; i++) q[i] *= scale;
  pairs.forEach(({ s, y, rho }, k) => {
    const beta = rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i] += s[i] * (alphas[k] - beta);
  });
  return q.map((v, i) => (isFree[i] ? -v : 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function maxAbs(a: Float64Array): number {
  let max = 0;
  for (const v of a) max = Math.max(max, Math.abs(v));
  return max;
}
