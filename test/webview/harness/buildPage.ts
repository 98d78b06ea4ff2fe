import { build, type BuildOptions } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds the panel and its development page into a folder and serves it under the policy the extension sets:
 * default-src 'none', scripts by nonce, styles and fonts from files only.
 */
const top = fileURLToPath(new URL('../../../', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
  '.html': 'text/html; charset=utf-8',
};

export async function buildPage(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const common = {
    bundle: true,
    format: 'esm' as const,
    platform: 'browser' as const,
    target: 'es2023',
    mainFields: ['module', 'main'],
    loader: { '.ttf': 'file' as const },
    assetNames: '[name]',
    outdir: folder,
    minify: true,
    legalComments: 'none' as const,
    logLevel: 'warning' as const,
    metafile: true as const,
  } satisfies BuildOptions;
  const { metafile } = await build({ ...common, entryPoints: { main: join(top, 'src/webview/main.ts') } });
  writeFileSync(join(folder, 'meta.json'), JSON.stringify(metafile));
  await build({ ...common, entryPoints: { page: join(top, 'test/webview/harness/page.ts') } });
}

export const policy = [
  "default-src 'none'",
  "script-src 'nonce-panel'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
].join('; ');

const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>LSTM Study panel</title><link rel="stylesheet" href="main.css"></head>
<body class="vscode-dark"><div id="root"></div>
<script type="module" nonce="panel" src="page.js"></script><script type="module" nonce="panel" src="main.js"></script></body></html>`;

export interface ServedPage {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export async function servePage(folder: string): Promise<ServedPage> {
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/') {
      response.setHeader('content-type', types['.html']).end(html);
      return;
    }
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    readFile(join(folder, path.replaceAll('..', ''))).then(
      (bytes) =>
        response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream').end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

// Run by itself: `node test/webview/harness/buildPage.ts` serves the page until it is stopped.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(top, '.cache/panel-page');
  await buildPage(folder);
  const { url } = await servePage(folder);
  console.log(`${url}?trials=40&phase=running&theme=dark&tab=trials`);
}
