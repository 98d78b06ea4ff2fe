import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildNames } from '../../../kernels/generate/build.ts';
import { instantiate, loadKernels } from './kernels.ts';

const kernelsFolder = fileURLToPath(new URL('../../../../dist/kernels', import.meta.url));

describe.each(buildNames)('activations of the %s kernels', (build) => {
  it('are within 2e-7 (sigmoid) and 3.5e-7 (tanh) of the exact functions, and saturate', async () => {
    const kernels = instantiate(await loadKernels(kernelsFolder, build));
    const { memory } = kernels;
    memory.grow(1);
    // One unit of one panel: gates i, f, c, o of 8 lanes, then the cell, tanh of it, h, and the cell before.
    const start = kernels.arenaStart();
    const [cell, tanhCell, hidden, cellBefore] = [1, 2, 3, 4].map((n) => start + n * 256);
    const floats = new Float32Array(memory.buffer);
    const gates = floats.subarray(start / 4, start / 4 + 32);
    let worstSigmoid = 0;
    let worstTanh = 0;
    for (let x = -20; x <= 20; x += 0.001) {
      gates.fill(x);
      kernels.f32LstmForward(start, cell, tanhCell, hidden, cellBefore, 1);
      const z = Math.fround(x);
      worstSigmoid = Math.max(worstSigmoid, Math.abs(gates[0] - 1 / (1 + Math.exp(-z))));
      worstTanh = Math.max(worstTanh, Math.abs(gates[16] - Math.tanh(z)));
      const exactTanh = Math.tanh(floats[cell / 4]);
      worstTanh = Math.max(worstTanh, Math.abs(floats[tanhCell / 4] - exactTanh));
    }
    expect(worstSigmoid).toBeLessThan(2e-7);
    expect(worstTanh).toBeLessThan(3.5e-7);
    gates.fill(Infinity);
    kernels.f32LstmForward(start, cell, tanhCell, hidden, cellBefore, 1);
    expect([...gates.subarray(0, 8)].every((value) => Math.abs(value - 1) < 3e-7)).toBe(true);
    gates.fill(NaN);
    kernels.f32LstmForward(start, cell, tanhCell, hidden, cellBefore, 1);
    expect(gates[0]).toBeNaN();
    expect(floats[hidden / 4]).toBeNaN();
  });
});
