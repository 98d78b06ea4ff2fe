import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const opening = `# Performance

Every table here was written by the command it names, which verifies before it times. Ratios compare what ran in turns in the same
run; absolute times belong to the machine named.
`;
const titles: Readonly<Record<string, string>> = {
  trainer: 'The embedded trainer against PyTorch',
  data: 'Reading prices',
  tensorflow: 'The TensorFlow trainer against PyTorch',
  auto: 'The choice of `trainer: auto`',
  throughput: 'Trials per minute',
  worker: 'The start of a worker',
  resources: 'Data preparation and memory',
  latency: 'An editor beside a study on all cores',
  store: 'The store at ten thousand trials',
  vscode: 'The extension in VS Code',
  study: 'A whole study against Optuna + PyTorch and Keras',
};

/** Replaces one section of docs/performance.md, between its markers; adds it when it is not there yet. */
export function writeSection(name: string, body: string): void {
  const begin = `<!-- ${name}: begin -->`;
  const end = `<!-- ${name}: end -->`;
  const section = `${begin}\n\n${body}\n\n${end}`;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : opening;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  const updated =
    from >= 0 && to > from
      ? text.slice(0, from) + section + text.slice(to + end.length)
      : `${text.trimEnd()}\n\n## ${titles[name] ?? name}\n\n${section}\n`;
  writeFileSync(file, updated);
}
