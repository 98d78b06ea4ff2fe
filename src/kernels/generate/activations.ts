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

/** Rows to activate together: a name that keeps a row's variables apart, and where its 8 lanes stand. */
type Rows = Readonly<Record<string, string>>;

/** Code that activates rows of 8 lanes, two vectors each, in turns: they share the coefficients and hide each other's latency. */
function activate(build: BuildName, kind: 'tanh' | 'sigmoid', rows: Rows): string {
  const names = Object.keys(rows);
  const k = `${names[0]}k`;
  const c = (slot: number): string => coefficient(kind, slot);
  /** The line for each vector: `v('x')` is its variable x. */
  const each = (line: (v: (variable: string) => string, from: string) => string): string =>
    names
      .flatMap((name) =>
        [0, 1].map((half) => line((x) => `${name}${x}${half}`, `${rows[name]}, ${half * 16}`)),
      )
      .join(' ');
  const horner = (sum: string, slot: number): string =>
    `${k} = ${c(slot)}; ${each((v) => `${v(sum)} = ${multiplyAdd(build, v(sum), v('s'), k)};`)}`;
  return [
    `let ${k}: v128;`,
    each((v, from) => `let ${v('x')} = v128.load(${from});`),
    `${k} = ${c(slots.high)}; ${each((v) => `${v('x')} = f32x4.pmin(${v('x')}, ${k});`)}`,
    `${k} = ${c(slots.low)}; ${each((v) => `${v('x')} = f32x4.pmax(${v('x')}, ${k});`)}`,
    each((v) => `const ${v('s')} = f32x4.mul(${v('x')}, ${v('x')});`),
    `${k} = ${c(slots.p(6))}; ${each((v) => `let ${v('p')} = ${k};`)}`,
    ...[5, 4, 3, 2, 1, 0].map((i) => horner('p', slots.p(i))),
    each((v) => `${v('p')} = f32x4.mul(${v('p')}, ${v('x')});`),
    `${k} = ${c(slots.q(3))}; ${each((v) => `let ${v('q')} = ${k};`)}`,
    ...[2, 1, 0].map((i) => horner('q', slots.q(i))),
    each((v) => `let ${v('y')} = f32x4.div(${v('p')}, ${v('q')});`),
    kind === 'sigmoid'
      ? `${k} = ${c(slots.half)}; ${each((v) => `${v('y')} = f32x4.add(${v('y')}, ${k});`)}`
      : '',
  ].join('\n    ');
}

const store = (at: string, offset: number, name: string): string =>
  `v128.store(${at}, ${name}y0, ${offset}); v128.store(${at}, ${name}y1, ${offset + 16});`;

/**
 * f32LstmForward: activates the gates i, f, c, o of one panel in place, then c_t = f c_{t-1} + i g and h_t = o tanh(c_t).
 * Two passes: tanh(c_t) waits for three gates, and apart from them the chains of different units overlap.
 *
 * f32LstmBackward: dGates (pre-activation) over the gates, in place; dCell carries f dc to the step before.
 */
export function activationSource(build: BuildName): string {
  const sigmoid = (rows: Rows): string => activate(build, 'sigmoid', rows);
  const [i, f, o] = [{ i: 'gates' }, { f: 'gates + 32' }, { o: 'gates + 96' }];
  const storeCell = [0, 1].map((h) => `v128.store(cell, c${h}, ${16 * h});`).join(' ');
  const inputPart = [0, 1].map((h) => `let c${h} = f32x4.mul(iy${h}, gy${h});`).join(' ');
  const keptPart = [0, 1]
    .map((h) => `c${h} = ${multiplyAdd(build, `fy${h}`, `v128.load(cellBefore, ${16 * h})`, `c${h}`)};`)
    .join(' ');
  const g = [activate(build, 'tanh', { g: 'gates + 64' }), store('gates', 64, 'g')];
  // Three gates at a time need fewer loads of coefficients, but more registers than there are of 128 bits.
  const cells =
    build === 'revec'
      ? [
          sigmoid({ ...i, ...f, ...o }),
          ...[store('gates', 0, 'i'), store('gates', 32, 'f'), store('gates', 96, 'o')],
          ...[...g, inputPart, keptPart, storeCell],
        ]
      : [
          ...[sigmoid(i), store('gates', 0, 'i'), ...g, inputPart],
          ...[sigmoid(f), store('gates', 32, 'f'), keptPart, storeCell],
          ...[sigmoid(o), store('gates', 96, 'o')],
        ];
  const values = [...coefficientSet('tanh'), ...coefficientSet('sigmoid')];
  return `
const coefficients: usize = memory.data<f32>([${values.map((v) => v.toExponential()).join(', ')}], 64);

export function f32LstmForward(gates: usize, cell: usize, tanhCell: usize, hidden: usize, cellBefore: usize, units: i32): void {
  const end = cell + ((<usize>units) << 5);
  while (cell < end) {
    ${cells.join('\n    ')}
    gates += 128; cellBefore += 32; cell += 32;
  }
  gates -= (<usize>units) << 7; cell -= (<usize>units) << 5;
  while (cell < end) {
    ${activate(build, 'tanh', { t: 'cell' })}
    ${store('tanhCell', 0, 't')}
    const h0 = f32x4.mul(v128.load(gates, 96), ty0), h1 = f32x4.mul(v128.load(gates, 112), ty1);
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
