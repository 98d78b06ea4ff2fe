import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atMostEvery } from './atMostEvery.ts';

describe('at most every second', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('runs at once, then once a pause however often it is called, and the last call always', () => {
    let calls = 0;
    const seen: number[] = [];
    const paced = atMostEvery(1000, () => seen.push(calls));
    for (calls = 1; calls <= 25; calls++) {
      paced.call();
      vi.advanceTimersByTime(100);
    }
    expect(seen).toEqual([1, 10, 20]);
    vi.advanceTimersByTime(5000);
    expect(seen).toEqual([1, 10, 20, 26]);
    paced.call();
    paced.call();
    paced.dispose();
    vi.advanceTimersByTime(5000);
    expect(seen).toEqual([1, 10, 20, 26, 26]);
  });
});
