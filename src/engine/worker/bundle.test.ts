import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** npm packages that end up in the bundle of an entry. */
async function packagesOf(entry: string): Promise<Set<string>> {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    ...{ bundle: true, write: false, metafile: true, outdir: 'unused', logLevel: 'silent' },
    ...{ platform: 'node', format: 'esm', mainFields: ['module', 'main'] },
    external: ['@tensorflow/tfjs-node'],
  });
  const names = Object.values(metafile.outputs)
    .flatMap((output) => Object.keys(output.inputs))
    .flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return new Set(names);
}

describe('the bundle of a worker', () => {
  it('holds the connection and the random generator, and no parser: it starts for every run', async () => {
    expect([...(await packagesOf('main.ts'))].sort()).toEqual(['pure-rand', 'vscode-jsonrpc']);
  });

  it('is not what the engine needs: there the parser is found', async () => {
    expect(await packagesOf('../main.ts')).toContain('zod');
  });
});
