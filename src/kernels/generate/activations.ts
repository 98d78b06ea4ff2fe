import { multiplyAdd, type BuildName } from './build.ts';

/*
 * tanh(x) = x P(x^2) / Q(x^2) with P of degree 6 and Q of degree 3, x clamped to +-7.905. Coefficients: Eigen,
 * MathFunctionsImpl.h, generic_fast_tanh_float. Largest error 3e-7, also relative to a small result.
 *
 * sigmoid(x) = 1 / (1 + 2^t), t = -x log2(e). With n the integer next to t, 2^(t - n) is a polynomial of degree 5 (the
 * smallest largest relative error, 9.2e-8, among those that are 1 at 0), and n is added to its exponent. Largest error 1e-7. By tanh
 * it takes 8 % longer; tanh by 2^t would lose the digits of a small result.
 */
const tanhLimit = 7.905311107635498;
const numerator = [
  4.89352455891786e-3, 6.37261928875436e-4, 1.48572235717979e-5, 5.12229709037114e-8, -8.60467152213735e-11,
  2.00018790482477e-13, -2.76076847742355e-16,
];
const denominator = [4.89352518554385e-3, 2.268434632439e-3, 1.18534705686654e-4, 1.19825839466702e-6];
/** Beyond it 2^t leaves the normal numbers; the sigmoid is 0 or 1 there. */
const sigmoidLimit = 87;
const powerOfTwo = [
  1, 0.693146977595112, 0.240222420770879, 0.0555073374447783, 0.00967151318326282, 0.0013264728769373,
];
/** 1.5 x 2^23: a small number added to it is rounded to an integer, which stands in the lowest bits. */
const rounding = 12582912;

/** All constants by name, in the order in which they stand in memory. */
const constants = Object.entries({
  tanhHigh: tanhLimit,
  tanhLow: -tanhLimit,
  ...named('p', numerator),
  ...named('q', denominator),
  sigmoidHigh: sigmoidLimit,
  sigmoidLow: -sigmoidLimit,
  minusLog2e: -Math.LOG2E,
  rounding,
  ...named('e', powerOfTwo),
  one: 1,
});

function named(name: string, values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, i) => [`${name}${i}`, value]));
}

/** A constant in all lanes. */
function constant(name: string): string {
  const at = constants.findIndex(([other]) => other === name);
  if (at < 0) throw new Error(`no constant ${name}`);
  return `v128.load32_splat(coefficients, ${at * 4})`;
}

/** Rows to activate together: a name that keeps a row's variables apart, and where its 8 lanes stand. */
type Rows = Readonly<Record<string, string>>;

/** The line for each vector of the rows, two a row: `v('x')` is its variable x. They share constants and hide each other's latency. */
type Each = (line: (v: (variable: string) => string, from: string) => string) => string;

/** Code that activates rows of 8 lanes; the results are `${name}y0` and `${name}y1`. */
function activate(build: BuildName, kind: 'tanh' | 'sigmoid', rows: Rows): string {
  const names = Object.keys(rows);
  const each: Each = (line) =>
    names
      .flatMap((name) =>
        [0, 1].map((half) => line((x) => `${name}${x}${half}`, `${rows[name]}, ${half * 16}`)),
      )
      .join(' ');
  const k = `${names[0]}k`;
  const lines = kind === 'tanh' ? tanh(build, each, k) : sigmoid(build, each, k);
  return [`let ${k}: v128;`, each((v, from) => `let ${v('x')} = v128.load(${from});`), ...lines].join(
    '\n    ',
  );
}

/** One line for each vector, with the constant in `k`. */
const withConstant = (each: Each, k: string, name: string, line: Parameters<Each>[0]): string =>
  `${k} = ${constant(name)}; ${each(line)}`;

/** x between two constants; NaN stays. */
const clamp = (each: Each, k: string, kind: string): string[] => [
  withConstant(each, k, `${kind}High`, (v) => `${v('x')} = f32x4.pmin(${v('x')}, ${k});`),
  withConstant(each, k, `${kind}Low`, (v) => `${v('x')} = f32x4.pmax(${v('x')}, ${k});`),
];

/** `sum` = the polynomial in `of` whose coefficients are `${name}0`, `${name}1`, ... */
function polynomial(
  { build, each, k }: { readonly build: BuildName; readonly each: Each; readonly k: string },
  {
    sum,
    of,
    name,
    degree,
  }: { readonly sum: string; readonly of: string; readonly name: string; readonly degree: number },
): string[] {
  const below = Array.from({ length: degree }, (_, i) => `${name}${degree - 1 - i}`);
  return [
    withConstant(each, k, `${name}${degree}`, (v) => `let ${v(sum)} = ${k};`),
    ...below.map((c) =>
      withConstant(each, k, c, (v) => `${v(sum)} = ${multiplyAdd(build, v(sum), v(of), k)};`),
    ),
  ];
}

function tanh(build: BuildName, each: Each, k: string): string[] {
  const how = { build, each, k };
  return [
    ...clamp(each, k, 'tanh'),
    each((v) => `const ${v('s')} = f32x4.mul(${v('x')}, ${v('x')});`),
    ...polynomial(how, { sum: 'p', of: 's', name: 'p', degree: numerator.length - 1 }),
    each((v) => `${v('p')} = f32x4.mul(${v('p')}, ${v('x')});`),
    ...polynomial(how, { sum: 'q', of: 's', name: 'q', degree: denominator.length - 1 }),
    each((v) => `const ${v('y')} = f32x4.div(${v('p')}, ${v('q')});`),
  ];
}

function sigmoid(build: BuildName, each: Each, k: string): string[] {
  return [
    ...clamp(each, k, 'sigmoid'),
    withConstant(each, k, 'minusLog2e', (v) => `${v('x')} = f32x4.mul(${v('x')}, ${k});`),
    withConstant(each, k, 'rounding', (v) => `const ${v('n')} = f32x4.add(${v('x')}, ${k});`),
    each((v) => `${v('x')} = f32x4.sub(${v('x')}, f32x4.sub(${v('n')}, ${k}));`),
    ...polynomial({ build, each, k }, { sum: 'e', of: 'x', name: 'e', degree: powerOfTwo.length - 1 }),
    each((v) => `${v('e')} = i32x4.add(${v('e')}, i32x4.shl(${v('n')}, 23));`),
    withConstant(each, k, 'one', (v) => `const ${v('y')} = f32x4.div(${k}, f32x4.add(${v('e')}, ${k}));`),
  ];
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
  const storeCell = [0, 1].map((h) => `v128.store(cell, c${h}, ${16 * h});`).join(' ');
  const inputPart = [0, 1].map((h) => `let c${h} = f32x4.mul(iy${h}, gy${h});`).join(' ');
  const keptPart = [0, 1]
    .map((h) => `c${h} = ${multiplyAdd(build, `fy${h}`, `v128.load(cellBefore, ${16 * h})`, `c${h}`)};`)
    .join(' ');
  const cells = [
    activate(build, 'sigmoid', { i: 'gates', f: 'gates + 32', o: 'gates + 96' }),
    ...[store('gates', 0, 'i'), store('gates', 32, 'f'), store('gates', 96, 'o')],
    ...[activate(build, 'tanh', { g: 'gates + 64' }), store('gates', 64, 'g')],
    ...[inputPart, keptPart, storeCell],
  ];
  const values = constants.map(([, value]) => Math.fround(value).toExponential());
  return `
const coefficients: usize = memory.data<f32>([${values.join(', ')}], 64);

export function f32LstmForward(gates: usize, cell: usize, tanhCell: usize, hidden: usize, cellBefore: usize, units: i32): void {
  const end = cell + ((<usize>units) << 5);
  while (cell < end) {
    ${cells.join('\n    ')}
    gates += 128; cellBefore += 32; cell += 32;
  }
  gates -= (<usize>units) << 7; cell -= (<usize>units) << 5;
  const lastPair = end - 32;
  while (cell < lastPair) {
    ${hiddenBody(build, 2)}
  }
  if (cell < end) {
    ${hiddenBody(build, 1)}
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

/** tanh(c) and h of some units, and on to the next ones. */
function hiddenBody(build: BuildName, units: number): string {
  const names = ['t', 'u'].slice(0, units);
  const rows = Object.fromEntries(names.map((name, i) => [name, `cell + ${32 * i}`]));
  const each = (line: (y: string, unit: number, half: number) => string): string =>
    names.flatMap((name, i) => [0, 1].map((half) => line(`${name}y${half}`, i, half))).join(' ');
  return [
    activate(build, 'tanh', rows),
    each((y, i, half) => `v128.store(tanhCell, ${y}, ${32 * i + 16 * half});`),
    each(
      (y, i, half) =>
        `v128.store(hidden, f32x4.mul(v128.load(gates, ${128 * i + 96 + 16 * half}), ${y}), ${32 * i + 16 * half});`,
    ),
    `gates += ${128 * units}; cell += ${32 * units}; tanhCell += ${32 * units}; hidden += ${32 * units};`,
  ].join('\n    ');
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
