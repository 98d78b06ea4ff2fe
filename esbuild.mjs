// Builds dist/: extension host, panel page, engine, worker, command line. `--watch` rebuilds, `--minify` is what the VSIX gets.
import { build, context } from 'esbuild';
import { existsSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const watch = process.argv.includes('--watch');
const minify = process.argv.includes('--minify');
const out = process.argv.find((argument) => argument.startsWith('--out='))?.slice(6) ?? 'dist';

/** jsonc-parser's main entry is UMD, which esbuild cannot follow: take the ES module. */
const mainFields = ['module', 'main'];
const common = {
  bundle: true,
  minify,
  sourcemap: minify ? false : 'linked',
  logLevel: 'info',
  target: 'es2023',
  mainFields,
  legalComments: 'none',
};
const node = {
  ...common,
  platform: 'node',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  external: ['@tensorflow/tfjs-node'],
  // CommonJS libraries inside an ES module bundle ask for require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

const metafiles = [];
const targets = [
  {
    ...common,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    entryPoints: { extension: 'src/extension/extension.ts' },
    outdir: out,
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    entryPoints: {
      main: 'src/engine/main.ts',
      cli: 'src/engine/cli.ts',
      worker: 'src/engine/worker/main.ts',
      chooseBuild: 'src/engine/trainers/wasm/chooseBuildMain.ts',
    },
    outdir: `${out}/engine`,
  },
  {
    ...common,
    platform: 'browser',
    format: 'esm',
    entryPoints: { main: 'src/webview/main.ts' },
    outdir: `${out}/webview`,
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
];

const kernels = spawnSync(process.execPath, ['scripts/kernels.mjs'], { stdio: 'inherit' });
if (kernels.status !== 0) process.exit(kernels.status ?? 1);

for (const all of targets) {
  const present = Object.entries(all.entryPoints).filter(([, file]) => existsSync(file));
  const target = { ...all, entryPoints: Object.fromEntries(present) };
  if (watch) await (await context(target)).watch();
  else metafiles.push((await build({ ...target, metafile: true })).metafile);
}
if (!watch) writeFileSync(`${out}/bundled.json`, JSON.stringify(bundledPackages(metafiles)));

/** Names of the npm packages that went into the bundles: their licences ship with the VSIX. */
function bundledPackages(files) {
  const inputs = files.flatMap((file) => Object.keys(file.inputs));
  const names = inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(names)].sort();
}
