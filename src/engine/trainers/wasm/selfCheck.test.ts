import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { selfCheckModule } from '../../../../test/reference/selfCheckGradients.ts';
import { buildNames } from '../../../kernels/generate/build.ts';
import { addressableBytes, createArena, type Arena } from './arena.ts';
import { trainingDigest } from './digest.ts';
import { loadKernels, type Kernels } from './kernels.ts';
import { selfCheck, selfCheckCases } from './selfCheck.ts';

const kernelsFolder = fileURLToPath(new URL('../../../../dist/kernels', import.meta.url));

it('compares with gradients that the plain reference still gives', () => {
  const file = new URL('selfCheckGradients.ts', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(selfCheckModule(selfCheckCases));
});

describe.each(buildNames)('the %s kernels', (build) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = createArena(await loadKernels(kernelsFolder, build), addressableBytes);
  });

  /** The arena with kernels that go wrong in one way. */
  const broken = (change: (kernels: Kernels) => Partial<Kernels>): Arena => ({
    ...arena,
    kernels: { ...arena.kernels, ...change(arena.kernels) },
  });

  it('pass', () => {
    expect(selfCheck(arena, build)).toBeNull();
  });

  it('are refused when they forget a sample', () => {
    const arenaOfOther = broken((kernels) => ({
      select: (plan, samples) => kernels.select(plan, samples - 1),
    }));
    expect(selfCheck(arenaOfOther, build)).toContain('gradients');
  });

  it('are refused when they mistake the loss', () => {
    const arenaOfOther = broken((kernels) => ({ gradients: () => kernels.gradients(1) }));
    expect(selfCheck(arenaOfOther, build)).toContain('gradients');
  });

  it('are refused when gradients are not numbers', () => {
    const arenaOfOther = broken((kernels) => ({
      gradients: (isAbsolute) => {
        const loss = kernels.gradients(isAbsolute);
        new Float32Array(kernels.memory.buffer, arena.start).fill(NaN);
        return loss;
      },
    }));
    expect(selfCheck(arenaOfOther, build)).toContain('gradients');
  });

  it('have one digest, and another when a step goes otherwise', () => {
    const digest = trainingDigest(arena, build);
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    expect(trainingDigest(arena, build)).toBe(digest);
    const other = broken((kernels) => ({
      adam: (alpha, b1, b2, epsilon, clip) => kernels.adam(alpha, b1, b2, epsilon, clip, 1),
    }));
    expect(trainingDigest(other, build)).not.toBe(digest);
  });
});
