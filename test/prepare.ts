// What tests share and take from registries, set up before they run side by side: VS Code and browser, TensorFlow, Python's readers.
// What cannot be had is said here, and again by the tests that need it.
import { preparePython } from './exports/python.ts';
import { ensureTensorflow } from './tensorflow/installed.ts';
import { installTestHost } from './webview/harness/browser.ts';

async function prepare(what: string, install: () => Promise<unknown>): Promise<void> {
  try {
    await install();
  } catch (error) {
    console.error(`${what} could not be set up: ${error instanceof Error ? error.message : String(error)}`);
  }
}

// Side by side: each of them mostly waits for downloads.
await Promise.all([
  prepare('VS Code and a browser', installTestHost),
  prepare('TensorFlow', ensureTensorflow),
  prepare('The Python packages that read exports', preparePython),
]);
