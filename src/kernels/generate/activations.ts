import { multiplyAdd, type BuildName } from './build.ts';

/*
 * tanh(x) = x P(x^2) / Q(x^2) with P of degree 6 and Q of degree 3, x clamped to +-7.905. Coefficients: Eigen,
 * MathFunctionsImpl.h, generic_fast_tanh_float. sigmoid(x) = 1/2 + 1/2 tanh(x/2), with the halves folded into a second set
 * of coefficients (exact, they are powers of two). Largest error 1.5e-7 (sigmoid) and 3e-7 (tanh).
 */
const clamp = 7.905311107635498;
const numerator = [
  4.89352455891786e-3, 6.37261928875436e-4, 1.48572235717979e-5, 5.12229709037114e-8, -8.60467152213735e-11,
  2.00018790482477e-13, -2.76076847742355e-16,
];
const denominator = [4.89352518554385e-3, 2.268434632439e-3, 1.18534705686654e-4, 1.19825839466702e-6];

/** Slots of one coefficient set: clamp, -clamp, P0..P6, Q0..Q3, 1/2. */
function coefficientSet(kind: 'tanh' | 'sigmoid'): number[] {
  const f = Math.fround;
  const scale = kind === 'tanh' ? 1 : 0.25; // x^2 of half the argument
  const first = kind === 'tanh' ? 1 : 0.25; // half the argument, and half the result
  const limit = kind === 'tanh' ? clamp : 2 * clamp;
  return [
    f(limit),
    -f(limit),
    ...numerator.map((a, i) => f(a) * first * scale ** i),
    ...denominator.map((b, i) => f(b) * scale ** i),
    0.5,
    0,
    0,
  ];
}
const setBytes = 64;

/** Offset in bytes of a named coefficient. */
function coefficient(kind: 'tanh' | 'sigmoid', slot: number): string {
  return `v128.load32_splat(coefficients, ${(kind === 'sigmoid' ? setBytes : 0) + slot * 4})`;
}
const slots = { high: 0, low: 1, p: (i: number) => 2 + i, q: (i: number) => 9 + i, half: 13 };

interface Activated {
  readonly code: string;
  readonly low: string;
  readonly high: string;
}

/** Code that activates 8 lanes (two vectors side by side hide each other's latency). `name` keeps its variables apart. */
function activate(build: BuildName, kind: 'tanh' | 'sigmoid', name: string, from: string): Activated {
  const x = [`${name}x0`, `${name}x1`];
  const s = [`${name}s0`, `${name}s1`];
  const p = [`${name}p0`, `${name}p1`];
  const q = [`${name}q0`, `${name}q1`];
  const y = [`${name}y0`, `${name}y1`];
  const k = `${name}k`;
  const c = (slot: number): string => coefficient(kind, slot);
  const both = (line: (half: number) => string): string => `${line(0)} ${line(1)}`;
  const horner = (sum: string[], slot: number): string =>
    `${k} = ${c(slot)}; ${both((h) => `${sum[h]} = ${multiplyAdd(build, sum[h], s[h], k)};`)}`;
  const code = [
    `let ${x[0]} = v128.load(${from}), ${x[1]} = v128.load(${from} + 16), ${k}: v128;`,
    `${k} = ${c(slots.high)}; ${both((h) => `${x[h]} = f32x4.pmin(${x[h]}, ${k});`)}`,
    `${k} = ${c(slots.low)}; ${both((h) => `${x[h]} = f32x4.pmax(${x[h]}, ${k});`)}`,
    both((h) => `const ${s[h]} = f32x4.mul(${x[h]}, ${x[h]});`),
    `let ${p[0]} = ${c(slots.p(6))}, ${p[1]} = ${p[0]};`,
    ...[5, 4, 3, 2, 1, 0].map((i) => horner(p, slots.p(i))),
    both((h) => `${p[h]} = f32x4.mul(${p[h]}, ${x[h]});`),
    `let ${q[0]} = ${c(slots.q(3))}, ${q[1]} = ${q[0]};`,
    ...[2, 1, 0].map((i) => horner(q, slots.q(i))),
    both((h) => `let ${y[h]} = f32x4.div(${p[h]}, ${q[h]});`),
    kind === 'sigmoid'
      ? `${k} = ${c(slots.half)}; ${both((h) => `${y[h]} = f32x4.add(${y[h]}, ${k});`)}`
      : '',
  ].join('\n    ');
  return { code, low: y[0], high: y[1] };
}

const store = (at: string, offset: number, v: Activated): string =>
  `v128.store(${at}, ${v.low}, ${offset}); v128.store(${at}, ${v.high}, ${offset + 16});`;

/**
 * f32LstmForward: activates the gates i, f, c, o of one panel in place, then c_t = f c_{t-1} + i g and h_t = o tanh(c_t).
 * Two passes: tanh(c_t) waits for three gates, and apart from them the chains of different units overlap.
 *
 * f32LstmBackward: dGates (pre-activation) over the gates, in place; dCell carries f dc to the step before.
 */
export function activationSource(build: BuildName): string {
  const i = activate(build, 'sigmoid', 'i', 'gates');
  const f = activate(build, 'sigmoid', 'f', 'gates + 32');
  const g = activate(build, 'tanh', 'g', 'gates + 64');
  const o = activate(build, 'sigmoid', 'o', 'gates + 96');
  const t = activate(build, 'tanh', 't', 'cell');
  const values = [...coefficientSet('tanh'), ...coefficientSet('sigmoid')];
  return `
const coefficients: usize = memory.data<f32>([${values.map((v) => v.toExponential()).join(', ')}], 64);

export function f32LstmForward(gates: usize, cell: usize, tanhCell: usize, hidden: usize, cellBefore: usize, units: i32): void {
  const end = cell + ((<usize>units) << 5);
  while (cell < end) {
    ${i.code}
    ${store('gates', 0, i)}
    ${g.code}
    ${store('gates', 64, g)}
    let c0 = f32x4.mul(${i.low}, ${g.low}), c1 = f32x4.mul(${i.high}, ${g.high});
    ${f.code}
    ${store('gates', 32, f)}
    c0 = ${multiplyAdd(build, f.low, 'v128.load(cellBefore)', 'c0')}; c1 = ${multiplyAdd(build, f.high, 'v128.load(cellBefore, 16)', 'c1')};
    v128.store(cell, c0); v128.store(cell, c1, 16);
    ${o.code}
    ${store('gates', 96, o)}
    gates += 128; cellBefore += 32; cell += 32;
  }
  gates -= (<usize>units) << 7; cell -= (<usize>units) << 5;
  while (cell < end) {
    ${t.code}
    ${store('tanhCell', 0, t)}
    const h0 = f32x4.mul(v128.load(gates, 96), ${t.low}), h1 = f32x4.mul(v128.load(gates, 112), ${t.high});
    v128.store(hidden, h0); v128.store(hidden, h1, 16);
    gates += 128; cell += 32; tanhCell += 32; hidden += 32;
  }
}

export function f32LstmBackward(gates: usize, dCell: usize, cellBefore: usize, tanhCell: usize, dHidden: usize, dAbove: usize, units: i32): void {
  const end = cellBefore + ((<usize>units) << 5);
  const one = f32x4.splat(1);
  while (cellBefore < end) {
    ${backwardBody()}
    gates += 128; cellBefore += 32; tanhCell += 32; dHidden += 32; dAbove += 32; dCell += 32;
  }
}`;
}

/**
 * Eight lanes of the backward step, two vectors side by side; s'(z) = s (1 - s) and tanh'(z) = 1 - tanh^2 from the stored
 * activations. All is loaded before anything is stored: V8 joins no loads over a store.
 */
function backwardBody(): string {
  const both = (line: (half: number, offset: number) => string): string => `${line(0, 0)} ${line(1, 16)}`;
  const load = (name: string, from: string, offset: number): string =>
    both((h, at) => `const ${name}${h} = v128.load(${from}, ${offset + at});`);
  const value = (name: string, of: (half: number) => string): string =>
    both((h) => `const ${name}${h} = ${of(h)};`);
  const put = (to: string, offset: number, of: (half: number) => string): string =>
    both((h, at) => `v128.store(${to}, ${of(h)}, ${offset + at});`);
  const mul = (x: string, y: string): string => `f32x4.mul(${x}, ${y})`;
  /** d (1 - y^2) */
  const minusSquared = (d: string, y: string): string => `f32x4.sub(${d}, ${mul(d, mul(y, y))})`;
  const oneMinus = (x: string): string => `f32x4.sub(one, ${x})`;
  return [
    ...[load('i', 'gates', 0), load('f', 'gates', 32), load('g', 'gates', 64), load('o', 'gates', 96)],
    ...[load('t', 'tanhCell', 0), load('b', 'cellBefore', 0), load('d', 'dCell', 0)],
    ...[load('r', 'dHidden', 0), load('a', 'dAbove', 0)],
    value('dh', (h) => `f32x4.add(r${h}, a${h})`),
    value('dho', (h) => mul(`dh${h}`, `o${h}`)),
    value('dc', (h) => `f32x4.add(${minusSquared(`dho${h}`, `t${h}`)}, d${h})`),
    value('dci', (h) => mul(`dc${h}`, `i${h}`)),
    value('dcf', (h) => mul(`dc${h}`, `f${h}`)),
    put('gates', 0, (h) => mul(mul(`dci${h}`, `g${h}`), oneMinus(`i${h}`))),
    put('gates', 32, (h) => mul(mul(`dcf${h}`, `b${h}`), oneMinus(`f${h}`))),
    put('gates', 64, (h) => minusSquared(`dci${h}`, `g${h}`)),
    put('gates', 96, (h) => mul(mul(`dho${h}`, `t${h}`), oneMinus(`o${h}`))),
    put('dCell', 0, (h) => `dcf${h}`),
  ].join('\n    ');
}
