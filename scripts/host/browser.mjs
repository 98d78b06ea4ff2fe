import { chromium } from 'playwright-core';

/** The browser of the test host; its sandbox needs rights that a container does not have. */
export function openBrowser({ executablePath, env }) {
  return chromium.launch({ executablePath, env, args: ['--no-sandbox', '--disable-gpu'] });
}
