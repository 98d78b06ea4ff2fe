import { chromium, type Browser } from 'playwright-core';

interface InstalledBrowser {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

/** The browser of the test host: an installed Chromium first, else the one from npm, set up once in the user's cache. */
export async function launchBrowser(): Promise<Browser> {
  const installer = new URL('../../../scripts/host/install.mjs', import.meta.url).href;
  const { installHost } = (await import(installer)) as {
    installHost: (say: (text: string) => void) => Promise<{ browser: InstalledBrowser }>;
  }; // a script without types of its own
  const { browser } = await installHost((text) => console.log(text));
  return chromium.launch({ ...browser, args: ['--no-sandbox', '--disable-gpu'] });
}
