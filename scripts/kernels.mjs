// Builds the kernels: src/kernels/assembly plus the generated half, three times, into dist/kernels/<build>.wasm.
// Skips when nothing has changed. `node scripts/kernels.mjs [--force]`; Node 24 (it imports TypeScript directly).
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const kernels = join(root, 'src/kernels');
const out = join(root, 'dist/kernels');
const stamp = join(out, 'sources.sha256');

const sourceFiles = ['plan.ts', 'assembly', 'generate'].flatMap((name) =>
  name.endsWith('.ts') ? [name] : readdirSync(join(kernels, name)).map((file) => join(name, file)),
);

/** Digest of everything the builds depend on. */
function sourcesHash() {
  const hash = createHash('sha256');
  const inputs = [...sourceFiles.sort().map((file) => join(kernels, file)), fileURLToPath(import.meta.url)];
  for (const file of inputs) hash.update(readFileSync(file)).update('\0');
  hash.update(readFileSync(join(root, 'node_modules/assemblyscript/package.json')));
  return hash.digest('hex');
}

async function compile(asc, build, generated) {
  const files = new Map([['generated.ts', generated]]);
  for (const file of readdirSync(join(kernels, 'assembly'))) {
    files.set(file, readFileSync(join(kernels, 'assembly', file), 'utf8'));
  }
  let binary;
  const options = [
    'index.ts',
    '--outFile',
    'kernels.wasm',
    '-O1', // -O3 would undo the order in which the generator interleaves (docs/kernels.md, Activations)
    '--noAssert',
    '--runtime',
    'stub',
    '--use',
    'abort=',
  ];
  options.push('--enable', 'simd', '--initialMemory', '1');
  if (build !== 'plain') options.push('--enable', 'relaxed-simd');
  const { error, stderr } = await asc.main(options, {
    readFile: (name) => files.get(name) ?? null,
    writeFile: (name, content) => {
      if (name.endsWith('.wasm')) binary = content;
    },
    listFiles: () => [],
  });
  if (error || !binary)
    throw new Error(`The ${build} kernels do not compile:\n${stderr.toString()}`, { cause: error });
  return binary;
}

const hash = sourcesHash();
const { buildNames } = await import('../src/kernels/generate/build.ts');
const isBuilt = () =>
  existsSync(stamp) &&
  readFileSync(stamp, 'utf8') === hash &&
  buildNames.every((build) => existsSync(join(out, `${build}.wasm`)));

if (process.argv.includes('--force') || !isBuilt()) {
  const asc = (await import('assemblyscript/asc')).default;
  const { generatedSource } = await import('../src/kernels/generate/source.ts');
  mkdirSync(out, { recursive: true });
  for (const build of buildNames) {
    const binary = await compile(asc, build, generatedSource(build));
    writeFileSync(join(out, `${build}.wasm`), binary);
    console.log(`kernels: ${build}.wasm, ${(binary.length / 1024).toFixed(1)} kB`);
  }
  writeFileSync(stamp, hash);
}
