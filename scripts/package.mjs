// Makes lstm-study.vsix: one universal file without native code, tests or sources. Everything in it is listed here.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const stage = join(top, '.cache', 'vsix');
const target = join(top, 'lstm-study.vsix');
const limitBytes = 4_000_000;

rmSync(stage, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
execFileSync('node', ['esbuild.mjs', '--minify', `--out=${join(stage, 'dist')}`], {
  cwd: top,
  stdio: 'inherit',
});
cpSync(join(top, 'dist', 'kernels'), join(stage, 'dist', 'kernels'), { recursive: true });
for (const path of ['LICENSE', 'CHANGELOG.md', 'media', 'schemas'])
  cpSync(join(top, path), join(stage, path), { recursive: true });

// Only what we ship of the examples: real prices have no licence of their own.
mkdirSync(join(stage, 'examples'));
for (const name of ['synthetic.csv', 'synthetic.lstm.json'])
  cpSync(join(top, 'examples', name), join(stage, 'examples', name));

// Pictures of the README are not in the package; the marketplace shows the text.
const readme = readFileSync(join(top, 'README.md'), 'utf8')
  .replace(/^!\[.*\n/gm, '')
  .replace(/\]\((docs\/|CONTRIBUTING|CHANGELOG)[^)]*\)/g, ']');
writeFileSync(join(stage, 'README.md'), readme);

const manifest = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
for (const key of [
  'devDependencies',
  'scripts',
  'allowScripts',
  'peerDependencies',
  'peerDependenciesMeta',
  'bin',
  'type',
])
  delete manifest[key];
manifest.engines = { vscode: manifest.engines.vscode };
writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);

const bundled = JSON.parse(readFileSync(join(stage, 'dist', 'bundled.json'), 'utf8'));
rmSync(join(stage, 'dist', 'bundled.json'));
// The kernels are compiled from AssemblyScript, parts of whose standard library come along.
const shipped = [...bundled, 'assemblyscript'].sort();
writeFileSync(join(stage, 'ThirdPartyNotices.txt'), shipped.map(notice).join(`\n${'-'.repeat(80)}\n`));

function notice(name) {
  const folder = join(top, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // Apache-2.0 asks for the NOTICE file too.
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|notice)/i.test(entry.name))
    .map((entry) => entry.name);
  if (!files.some((entry) => /^licen/i.test(entry))) throw new Error(`${name} has no licence file to ship`);
  const texts = files.sort().map((entry) => readFileSync(join(folder, entry), 'utf8').trim());
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}

rmSync(target, { force: true });
execFileSync(
  'node',
  [
    join(top, 'node_modules', '@vscode', 'vsce', 'vsce'),
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--skip-license',
    '-o',
    target,
  ],
  {
    cwd: stage,
    stdio: 'inherit',
  },
);
const bytes = existsSync(target) ? statSync(target).size : Infinity;
console.log(`lstm-study.vsix: ${(bytes / 1e6).toFixed(2)} MB`);
if (bytes > limitBytes) {
  console.error(
    `The VSIX is over ${limitBytes / 1e6} MB: look for what grew with "unzip -lv lstm-study.vsix".`,
  );
  process.exitCode = 1;
}
