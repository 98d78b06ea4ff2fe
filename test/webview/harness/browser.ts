import { existsSync } from 'node:fs';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';

/** A Chromium for tests: the one named by CHROMIUM, else one that is installed. */
export function chromiumPath(): string | null {
  const candidates = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null;
}

export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null)
    throw new Error(
      'No Chromium was found. Set CHROMIUM to one, or install it (Debian: apt-get install chromium).',
    );
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], ...options });
}
