/**
 * The three builds of the one kernel source.
 * - `plain`: 128-bit SIMD, multiply then add. Runs wherever WebAssembly SIMD does.
 * - `relaxed`: 128-bit SIMD with relaxed multiply-add, one fused instruction on every x64 with FMA3.
 * - `revec`: tiles twice as wide, written so that V8's revectorizer joins pairs of 128-bit values into 256-bit registers.
 */
export const buildNames = ['plain', 'relaxed', 'revec'] as const;
export type BuildName = (typeof buildNames)[number];

/** Lanes of one panel: the samples of a batch that are computed side by side. */
export const lanes = 8;
/** Bytes of one row of a panel: 8 float32. */
export const rowBytes = lanes * 4;
/** Rows of one tile of the gate matrix. */
export const tileRows = 6;

/** Text for a*b + c on four lanes. */
export function multiplyAdd(build: BuildName, a: string, b: string, c: string): string {
  return build === 'plain'
    ? `f32x4.add(f32x4.mul(${a}, ${b}), ${c})`
    : `f32x4.relaxed_madd(${a}, ${b}, ${c})`;
}

/** Text of n lines (or of n items joined by `glue`) made from 0..n-1. */
export function repeat(n: number, line: (i: number) => string, glue = '\n'): string {
  return Array.from({ length: n }, (_, i) => line(i)).join(glue);
}
