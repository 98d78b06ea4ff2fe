import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** The bundle of an entry: npm packages that end up in it, and its text. */
async function bundleOf(entry: string): Promise<{ packages: Set<string>; text: string }> {
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    ...{ bundle: true, write: false, metafile: true, outdir: 'unused', logLevel: 'silent' },
    ...{ platform: 'node', format: 'esm', mainFields: ['module', 'main'] },
    external: ['@tensorflow/tfjs-node', 'vscode'],
  });
  const names = Object.values(metafile.outputs)
    .flatMap((output) => Object.keys(output.inputs))
    .flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return { packages: new Set(names), text: outputFiles.map((file) => file.text).join('') };
}

describe('the bundle of a worker', () => {
  it('holds the connection and the random generator, and no parser: it starts for every run', async () => {
    expect([...(await bundleOf('main.ts')).packages].sort()).toEqual(['pure-rand', 'vscode-jsonrpc']);
  });

  it('is not what the engine needs: there the parser is found', async () => {
    expect((await bundleOf('../main.ts')).packages).toContain('zod');
  });
});

describe('the flag of V8 that the revectorized build needs', () => {
  const setsFlags = async (entry: string): Promise<boolean> =>
    (await bundleOf(entry)).text.includes('setFlagsFromString(');

  it('can be set by a worker and by the process that tries the builds', async () => {
    expect(await setsFlags('main.ts')).toBe(true);
    expect(await setsFlags('../trainers/wasm/chooseBuildMain.ts')).toBe(true);
  });

  it('is out of reach of the engine, the command line and the extension: it holds for a whole process', async () => {
    expect(await setsFlags('../main.ts')).toBe(false);
    expect(await setsFlags('../cli.ts')).toBe(false);
    expect(await setsFlags('../../extension/extension.ts')).toBe(false);
  });
});
