import { describe, expect, it } from 'vitest';
import { dropThreshold, maskKeys, maskValue, type MaskKeys } from './dropoutMask.ts';

const sizes = { steps: 20, units: 30, samples: 32 };
const elements = sizes.steps * sizes.units * sizes.samples;

/** True where an element is dropped, over all times, units and samples. */
function dropped(keys: MaskKeys, rate: number): boolean[] {
  return Array.from({ length: elements }, (_, n) => {
    const sample = n % sizes.samples;
    const unit = Math.floor(n / sizes.samples) % sizes.units;
    const t = Math.floor(n / sizes.samples / sizes.units);
    return maskValue(keys, rate, { t, unit, sample, units: sizes.units }) === 0;
  });
}

/** Correlation of two masks with the same rate. */
function correlation(a: readonly boolean[], b: readonly boolean[], rate: number): number {
  const both = a.filter((isDropped, n) => isDropped && b[n]).length / a.length;
  return (both - rate * rate) / (rate * (1 - rate));
}

/** Five standard deviations of a share, or of a correlation, over this many elements. */
const noise = 5 / Math.sqrt(elements);

describe('dropout masks', () => {
  it.each([0.1, 0.2, 0.5, 0.9])('drop a share of %d and scale the rest', (rate) => {
    const keys = maskKeys(1, 2, 0, 'output');
    const share = dropped(keys, rate).filter(Boolean).length / elements;
    expect(Math.abs(share - rate)).toBeLessThan(noise);
    const values = new Set(
      Array.from({ length: 200 }, (_, sample) => maskValue(keys, rate, { t: 3, unit: 1, sample, units: 30 })),
    );
    expect([...values].sort()).toEqual([0, 1 / (1 - rate)]);
  });

  it('are unrelated between steps, layers, kinds and seeds', () => {
    const rate = 0.3;
    const base = dropped(maskKeys(1, 2, 0, 'output'), rate);
    const others = [
      maskKeys(1, 3, 0, 'output'),
      maskKeys(1, 2, 1, 'output'),
      maskKeys(1, 2, 0, 'recurrent'),
      maskKeys(2, 2, 0, 'output'),
    ];
    for (const keys of others)
      expect(Math.abs(correlation(base, dropped(keys, rate), rate))).toBeLessThan(noise);
    expect(correlation(base, base, rate)).toBeCloseTo(1, 1);
  });

  it('are unrelated to themselves shifted in time, unit and sample', () => {
    const rate = 0.3;
    const base = dropped(maskKeys(1, 2, 0, 'output'), rate);
    for (const shift of [1, sizes.samples, sizes.samples * sizes.units]) {
      const shifted = base.map((_, n) => base[(n + shift) % elements]);
      expect(Math.abs(correlation(base, shifted, rate))).toBeLessThan(noise);
    }
  });

  it('a rate of 0 drops nothing', () => {
    expect(dropThreshold(0)).toBe(0);
    expect(dropped(maskKeys(1, 2, 0, 'output'), 0)).not.toContain(true);
  });
});
