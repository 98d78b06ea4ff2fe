import { chromium, type Browser } from 'playwright-core';

interface InstalledBrowser {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

/** VS Code's server and the browser, set up once in the user's cache. */
export async function installTestHost(): Promise<{ readonly browser: InstalledBrowser }> {
  const installer = new URL('../../../scripts/host/install.mjs', import.meta.url).href;
  const { installHost } = (await import(installer)) as {
    installHost: (say: (text: string) => void) => Promise<{ browser: InstalledBrowser }>;
  }; // a script without types of its own
  return installHost((text) => console.log(`· ${text}`));
}

/** The browser of the test host: an installed Chromium first, else the one from npm. */
export async function launchBrowser(): Promise<Browser> {
  const { browser } = await installTestHost();
  return chromium.launch({ ...browser, args: ['--no-sandbox', '--disable-gpu'] });
}
