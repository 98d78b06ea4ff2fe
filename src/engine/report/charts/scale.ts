/** Linear map from values to pixels, with round ticks. */
export interface Scale {
  readonly of: (value: number) => number;
  readonly ticks: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** The range is the data's, widened to round ticks; `ticks` is how many to aim at. */
export function linearScale(values: readonly number[], pixels: readonly [number, number], ticks = 5): Scale {
  const [low, high] = spread(Math.min(...values), Math.max(...values));
  const step = roundStep((high - low) / ticks);
  const from = Math.floor(low / step + 1e-9);
  const to = Math.ceil(high / step - 1e-9);
  const [a, b] = [from * step, to * step];
  return {
    of: (value) => pixels[0] + ((value - a) / (b - a)) * (pixels[1] - pixels[0]),
    ticks: Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(12))),
    low: a,
    high: b,
  };
}

function spread(low: number, high: number): readonly [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (high - low > 1e-12 * Math.max(Math.abs(low), Math.abs(high))) return [low, high];
  const half = Math.max(Math.abs(low) * 0.01, 1e-6);
  return [low - half, high + half];
}

/** 1, 2 or 5 times a power of ten, not below x. */
function roundStep(x: number): number {
  const power = 10 ** Math.floor(Math.log10(x));
  const factor = [1, 2, 5, 10].find((f) => f * power >= x * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Ticks as text with equal decimals. */
export function tickTexts(ticks: readonly number[]): readonly string[] {
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : Math.abs(ticks[0] ?? 1);
  if (Math.max(...ticks.map(Math.abs)) >= 1e5) return ticks.map((tick) => compactNumber(tick));
  const decimals = Math.max(0, Math.min(8, Math.ceil(-Math.log10(step) - 1e-9)));
  return ticks.map((tick) => minus(tick.toFixed(decimals)));
}

/** 1.2 k, 3.4 M, 5e12. */
export function compactNumber(x: number): string {
  const units = [
    [1e9, ' G'],
    [1e6, ' M'],
    [1e3, ' k'],
  ] as const;
  const unit = units.find(([size]) => Math.abs(x) >= size);
  if (Math.abs(x) >= 1e13) return minus(x.toExponential(1));
  return unit
    ? minus(`${Number((x / unit[0]).toPrecision(3))}${unit[1]}`)
    : minus(String(Number(x.toPrecision(3))));
}

/** A true minus sign; "-0" loses its sign. */
export function minus(text: string): string {
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text.replace(/^-/, '−');
}
