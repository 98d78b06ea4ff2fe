import { Fault } from '../../../model/fault.ts';
import { instantiate, type KernelModule, type Kernels } from './kernels.ts';

/** An instance of the kernels with memory for one model at a time. Kept between fits: its memory grows and never shrinks. */
export interface Arena {
  readonly kernels: Kernels;
  /** First usable byte. */
  readonly start: number;
  /**
   * Makes bytes 0..bytes-1 usable and clears them from `start` on.
   * @throws Fault `outOfMemory`; nothing has been taken then.
   */
  reserve(bytes: number): void;
  /** Bytes taken so far. */
  size(): number;
}

const pageBytes = 65536;
/** WebAssembly's 32-bit addresses end here. */
export const addressableBytes = 65536 * pageBytes;

export function createArena(module: KernelModule, limitBytes: number): Arena {
  const kernels = instantiate(module);
  const { memory } = kernels;
  const start = kernels.arenaStart();
  return {
    kernels,
    start,
    size: () => memory.buffer.byteLength,
    reserve: (bytes) => {
      if (bytes > Math.min(limitBytes, addressableBytes)) throw outOfMemory(bytes, limitBytes);
      const missing = Math.ceil((bytes - memory.buffer.byteLength) / pageBytes);
      if (missing > 0) {
        try {
          memory.grow(missing);
        } catch (error) {
          throw outOfMemory(bytes, limitBytes, error);
        }
      }
      new Uint8Array(memory.buffer, start, bytes - start).fill(0);
    },
  };
}

function outOfMemory(bytes: number, limitBytes: number, cause?: unknown): Fault {
  const megabytes = (n: number): string => `${(n / 1e6).toFixed(0)} MB`;
  return new Fault(
    'outOfMemory',
    `A model of this size needs ${megabytes(bytes)}, and ${megabytes(Math.min(limitBytes, addressableBytes))} at most can be had. ` +
      'Use smaller units, layers, batchSize or lookback.',
    { cause },
  );
}
