import { describe, expect, it } from 'vitest';
import {
  fasterTrainer,
  measureSpeed,
  speedBatchSizes,
  speedModel,
  speedUnits,
  timedLookback,
  type SpeedPoint,
} from './auto.ts';
import type { Trainer } from './trainer.ts';

/** Points of a machine that needs `ms(units, batchSize)`, and `masked` times as long with recurrent dropout. */
function points(ms: (units: number, batchSize: number) => number, masked = 1): SpeedPoint[] {
  return [false, true].flatMap((hasRecurrentDropout) =>
    speedUnits.flatMap((units) =>
      speedBatchSizes.map((batchSize) => ({
        ...{ units, batchSize, hasRecurrentDropout },
        ms: ms(units, batchSize) * (hasRecurrentDropout ? masked : 1),
      })),
    ),
  );
}

const wasm = { trainer: 'wasm', build: 'relaxed' } as const;
const tensorflow = { trainer: 'tensorflow', build: 'tfjs-node' } as const;
const size = (units: number, batchSize: number) => ({
  ...{ units, layers: 1, batchSize, lookback: 60, recurrentDropout: 0 },
});

describe("the model of a trainer's speed", () => {
  it('gives back what was measured', () => {
    const model = speedModel(points((units, batchSize) => units * batchSize));
    expect(model({ ...size(128, 32), lookback: timedLookback }, 5)).toBeCloseTo(128 * 32, 6);
  });

  it('scales with lookback and layers, and stands still outside the measured sizes', () => {
    const model = speedModel(points(() => 1));
    expect(model({ ...size(32, 32), lookback: 2 * timedLookback }, 5)).toBeCloseTo(2, 9);
    expect(model({ ...size(32, 32), layers: 3, lookback: timedLookback }, 5)).toBeGreaterThan(3);
    const perWindow = (batchSize: number): number => model(size(32, batchSize), 5) / batchSize;
    expect(perWindow(8)).toBeCloseTo(perWindow(32), 9);
  });

  it('refuses points with a corner missing', () => {
    expect(() => speedModel(points(() => 1).slice(1))(size(50, 64), 5)).toThrow('no speed measured');
  });
});

describe('auto', () => {
  const slowStart = points((units, batchSize) => 2 + (units * units * batchSize) / 1e5);
  const even = points((units, batchSize) => 0.1 + (units * units * batchSize) / 5e4);
  const candidates = { wasm: { ...wasm, speed: even }, tensorflow: { ...tensorflow, speed: slowStart } };

  it('takes each trainer where it is faster', () => {
    expect(fasterTrainer(candidates, [size(32, 32)], 5).chosen.trainer).toBe('wasm');
    expect(fasterTrainer(candidates, [size(128, 128)], 5).chosen.trainer).toBe('tensorflow');
  });

  it('knows what recurrent dropout costs each of them', () => {
    const fast = points((units, batchSize) => (units * units * batchSize) / 1e5);
    const fused = points((units, batchSize) => (units * units * batchSize) / 2e5, 6);
    const both = { wasm: { ...wasm, speed: fast }, tensorflow: { ...tensorflow, speed: fused } };
    const masked = { ...size(128, 128), recurrentDropout: 0.2 };
    expect(fasterTrainer(both, [size(128, 128)], 5).chosen.trainer).toBe('tensorflow');
    const choice = fasterTrainer(both, [masked, masked], 5);
    expect(choice.chosen.trainer).toBe('wasm');
    expect(choice.reason).toContain('2 with recurrent dropout, TensorFlow would take 3.00 of');
    // A space that holds both is weighed by what its samples need.
    expect(fasterTrainer(both, [size(128, 128), masked], 5).reason).toContain('1.75');
  });

  it('sees the build that workers get: the same space goes the other way with slower kernels', () => {
    const revec = points((units, batchSize) => (units * units * batchSize) / 1e5);
    const relaxed = points((units, batchSize) => (units * units * batchSize) / 5e4);
    const other = { ...tensorflow, speed: points((units, batchSize) => (units * units * batchSize) / 7e4) };
    const choose = (speed: SpeedPoint[]): string =>
      fasterTrainer({ wasm: { ...wasm, speed }, tensorflow: other }, [size(64, 64)], 5).chosen.trainer;
    expect(choose(revec)).toBe('wasm');
    expect(choose(relaxed)).toBe('tensorflow');
  });

  it('says which, how much and over what', () => {
    const { reason } = fasterTrainer(candidates, [size(32, 32), size(50, 64)], 5);
    expect(reason).toMatch(
      /^wasm \(relaxed\): measured here over 2 sizes of the space, TensorFlow would take \d+\.\d\d of/,
    );
  });

  it('stays with the embedded trainer when the other is hardly faster', () => {
    const hardly = {
      wasm: { ...wasm, speed: even },
      tensorflow: { ...tensorflow, speed: points((u, b) => 0.95 * (0.1 + (u * u * b) / 5e4)) },
    };
    const { chosen, reason } = fasterTrainer(hardly, [size(64, 64)], 5);
    expect(chosen.trainer).toBe('wasm');
    expect(reason).toContain('0.95');
  });

  it('takes the shortest epoch of a trainer and divides it by its batches', async () => {
    let clock = 0;
    const nothing = new Float32Array(0);
    const dense = { kernel: nothing, bias: nothing };
    const weights = { features: 5, units: 1, horizon: 1, layers: [], dense };
    const result = { epochs: 1, endedBy: 'epochs', weights, validationPredictions: nothing } as const;
    const fit: Trainer['fit'] = async (params, fold, { onEpochEnd }) => {
      for (let epoch = 0; epoch < params.epochs; epoch++) {
        clock += (fold.trainOrigins.length / params.batchSize) * (epoch === 0 ? 50 : 3);
        await onEpochEnd({ epoch, trainLoss: 1, validationPredictions: new Float32Array(0) });
      }
      return result;
    };
    const found = await measureSpeed({ fit }, () => clock);
    expect(found).toHaveLength(8);
    for (const { ms } of found) expect(ms).toBeCloseTo(3, 9);
  });
});
