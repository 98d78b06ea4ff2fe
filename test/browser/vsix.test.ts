import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { strFromU8, unzipSync } from 'fflate';

const file = fileURLToPath(new URL('../../lstm-study.vsix', import.meta.url));

/** What users download: the file that the other tests have installed. */
describe('the packed extension', () => {
  const packed = readFileSync(file);
  const entries = unzipSync(packed);
  const names = Object.keys(entries);
  const text = (name: string): string => strFromU8(entries[`extension/${name}`] ?? new Uint8Array());

  it('is one small file for every system', () => {
    assert.ok(packed.length < 4_000_000, `${packed.length} bytes`);
    assert.doesNotMatch(strFromU8(entries['extension.vsixmanifest'] ?? new Uint8Array()), /TargetPlatform/);
    assert.deepEqual(
      names.filter((name) => /\.(node|so|dll|dylib|exe)$/.test(name)),
      [],
    );
  });

  it('holds what runs and what is shown, and nothing of how it is made', () => {
    const folders = new Set(names.map((name) => /^extension\/([^/]+)\//.exec(name)?.[1] ?? ''));
    assert.deepEqual([...folders].sort(), ['', 'dist', 'examples', 'media', 'schemas']);
    assert.deepEqual(
      names.filter((name) => /\.(ts|map)$|\.test\.|\/tests?\//.test(name)),
      [],
    );
    const manifest = JSON.parse(text('package.json')) as { readonly main: string };
    assert.ok(names.includes(`extension/${manifest.main.replace('./', '')}`));
  });

  it('brings the licences of what is bundled, with the notices that Apache-2.0 asks for', () => {
    const notices = text('ThirdPartyNotices.txt');
    for (const name of ['assemblyscript', 'echarts', 'lit', 'vscode-jsonrpc', 'zod'])
      assert.match(notices, new RegExp(`^${name} \\d`, 'm'));
    assert.match(notices, /Apache ECharts\s+Copyright/);
    assert.match(notices, /AssemblyScript|The AssemblyScript Authors/);
  });
});
