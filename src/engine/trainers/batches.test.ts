import { describe, expect, it } from 'vitest';
import { createEpochOrder, meanLoss, splitTail } from './batches.ts';
import { createStopper } from './stopper.ts';

const origins = Int32Array.from({ length: 50 }, (_, i) => i + 7);

describe('the order of an epoch', () => {
  it('has every origin once, another order each time, the same from the same seed', () => {
    const next = createEpochOrder(origins, 3);
    const first = Int32Array.from(next());
    const second = Int32Array.from(next());
    expect([...first].sort((a, b) => a - b)).toEqual([...origins]);
    expect(second).not.toEqual(first);
    expect(first).not.toEqual(origins);
    const again = createEpochOrder(origins, 3);
    expect(Int32Array.from(again())).toEqual(first);
    expect(Int32Array.from(again())).toEqual(second);
    expect(createEpochOrder(origins, 4)()).not.toEqual(first);
  });

  it('puts each origin first about equally often', () => {
    const next = createEpochOrder(origins.subarray(0, 5), 1);
    const firsts = new Map<number, number>();
    for (let i = 0; i < 5000; i++) {
      const origin = next()[0];
      firsts.set(origin, (firsts.get(origin) ?? 0) + 1);
    }
    for (const count of firsts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150); // 5 standard deviations
  });
});

describe('the watched tail of train', () => {
  const split = (share: number, length = 50): number[] => {
    const { trained, watched } = splitTail(origins.subarray(0, length), { patience: 1, minDelta: 0, share });
    expect([...trained, ...watched]).toEqual([...origins.subarray(0, length)]);
    return [trained.length, watched.length];
  };

  it('is the share of train at its end, at least one and never all', () => {
    expect(split(0.2)).toEqual([40, 10]);
    expect(split(0.001)).toEqual([49, 1]);
    expect(split(0.999)).toEqual([1, 49]);
    expect(split(0.5, 1)).toEqual([1, 0]);
    expect(splitTail(origins, null).watched).toHaveLength(0);
  });
});

it('the mean loss is over origins and steps', () => {
  const fold = { targets: Float32Array.of(NaN, NaN, 1, 2, 3, 4), horizon: 2 };
  const predictions = Float32Array.of(1, 4, 0, 4);
  const at = Int32Array.of(1, 2);
  expect(meanLoss(predictions, at, fold, 'mse')).toBe((0 + 4 + 9 + 0) / 4);
  expect(meanLoss(predictions, at, fold, 'mae')).toBe((0 + 2 + 3 + 0) / 4);
});

describe('early stopping', () => {
  const verdicts = (losses: readonly number[], patience: number, minDelta = 0): string[] => {
    const stopper = createStopper({ patience, minDelta, share: 0.2 });
    return losses.map((loss) => stopper(loss));
  };

  it('waits for patience epochs without improvement', () => {
    expect(verdicts([3, 2, 2, 2.5, 1, 2, 2, 2], 3)).toEqual([
      ...['improved', 'improved', 'wait', 'wait', 'improved', 'wait', 'wait', 'stop'],
    ]);
  });

  it('an improvement must be larger than minDelta', () => {
    expect(verdicts([1, 0.95, 0.85, 0.8], 2, 0.1)).toEqual(['improved', 'wait', 'improved', 'wait']);
  });

  it('patience 0 stops at the first epoch that does not improve, but never at the first of all', () => {
    expect(verdicts([5, 6], 0)).toEqual(['improved', 'stop']);
  });
});
