// media/icon.png from media/icon.svg, drawn by the test host's browser: node scripts/host/icon.mjs
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './browser.mjs';
import { installHost } from './install.mjs';

const media = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'media');
const { browser: program } = await installHost(console.log);
const browser = await openBrowser(program);
const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
const svg = readFileSync(join(media, 'icon.svg'), 'utf8');
await page.setContent(`<style>body{margin:0;background:transparent}svg{display:block}</style>${svg}`);
await page.screenshot({ path: join(media, 'icon.png'), omitBackground: true });
await browser.close();
