import type { Browser } from 'playwright-core';
import type { BrowserProgram } from './install.mjs';
export function openBrowser(program: BrowserProgram): Promise<Browser>;
