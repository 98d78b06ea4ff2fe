import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFault } from '../../../model/fault.ts';
import { chooseBuildInChild } from './chooseBuildInChild.ts';
import { createWasmTrainer } from './createWasmTrainer.ts';
import { chooseBuild } from './pick.ts';

const kernelsFolder = fileURLToPath(new URL('../../../../dist/kernels', import.meta.url));
const entry = fileURLToPath(new URL('chooseBuildMain.ts', import.meta.url));

async function faultOf(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await promise.catch((caught: unknown) => caught);
  if (!isFault(error)) throw new Error('expected a Fault', { cause: error });
  return error;
}

describe('the choice of kernels', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kernels-'));
    await copyFile(join(kernelsFolder, 'plain.wasm'), join(folder, 'plain.wasm'));
    await writeFile(join(folder, 'relaxed.wasm'), 'not WebAssembly');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is made in a child process, and gives what a worker needs', async () => {
    const choice = await chooseBuildInChild({ entry, kernelsFolder });
    expect(choice.trials.map(({ build }) => build).sort()).toEqual(['plain', 'relaxed', 'revec']);
    const { build, v8Flag, digest } = choice;
    expect(v8Flag === null || build === 'revec').toBe(true);
    const timed = choice.trials.find((trial) => trial.build === build)!.outcome;
    // What estimates rest on. No more can be said of it: it was timed at another moment than the shortest.
    for (const ms of ['msPerStep' in timed && timed.msPerStep, choice.meanMsPerStep]) {
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThan(Infinity);
    }
    const trainer = await createWasmTrainer({ kernelsFolder, build, v8Flag: null, digest });
    expect(trainer.variant).toEqual({ trainer: 'wasm', build, digest });
  });

  it('can be pinned', async () => {
    const choice = await chooseBuildInChild({ entry, kernelsFolder, pinned: 'plain' });
    expect(choice).toMatchObject({ build: 'plain', v8Flag: null });
    expect(choice.trials).toHaveLength(1);
  });

  it('leaves out what is damaged or missing and says why', async () => {
    const choice = await chooseBuildInChild({ entry, kernelsFolder: folder });
    expect(choice.build).toBe('plain');
    const rejected = choice.trials.filter(({ outcome }) => 'rejected' in outcome);
    expect(rejected.map(({ build }) => build).sort()).toEqual(['relaxed', 'revec']);
  });

  it('is a fault when nothing is left', async () => {
    const pinned = 'relaxed' as const;
    const inChild = await faultOf(chooseBuildInChild({ entry, kernelsFolder: folder, pinned }));
    expect(inChild.code).toBe('backendUnavailable');
    const direct = await faultOf(
      chooseBuild({ kernelsFolder: folder, pinned, now: () => performance.now() }),
    );
    expect(direct.message).toContain('relaxed');
  });

  it('a trainer refuses another digest than the one it is held to', async () => {
    const options = { kernelsFolder, build: 'plain', digest: '0123456789abcdef' } as const;
    expect((await faultOf(createWasmTrainer(options))).code).toBe('variantMissing');
  });
});
