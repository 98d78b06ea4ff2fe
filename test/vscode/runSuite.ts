import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** What a suite leaves for the runner, beside its counts. */
export interface Left {
  /** Process id of the engine at the end, for whoever checks that it goes with the window. */
  enginePid?: number;
}

declare global {
  var lstmLeft: Left;
}

/**
 * Called inside the extension host (VS Code's `extensionTestsPath`). What passed and failed goes into `<name>.json` of the
 * folder LSTM_TEST_RESULTS.
 */
export async function runSuite(name: string, load: () => Promise<unknown>): Promise<void> {
  globalThis.lstmLeft = {};
  const mocha = new Mocha({ ui: 'bdd', timeout: 200_000, reporter: 'dot' });
  mocha.suite.emit('pre-require', globalThis, name, mocha);
  await load();
  const lines: string[] = [];
  const counts = { passed: 0, failed: 0 };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', (test) => {
        counts.passed++;
        lines.push(`  ok   ${test.fullTitle()} (${test.duration ?? 0} ms)`);
      })
      .on('fail', (test, error: Error) => {
        counts.failed++;
        lines.push(`  FAIL ${test.fullTitle()}\n${error.stack ?? error.message}`);
      });
  });
  const { LSTM_TEST_RESULTS: folder } = process.env;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const result = { ...counts, lines, hostPid: process.pid, ...globalThis.lstmLeft };
  // The runner reads it as soon as it is there: it comes whole.
  const file = join(folder, `${name}.json`);
  writeFileSync(`${file}.tmp`, JSON.stringify(result));
  renameSync(`${file}.tmp`, file);
  // VS Code ends the extension host when the tests have ended: a study that was left running would go with that, and not with the
  // window that the runner closes or the host that it kills.
  if (globalThis.lstmLeft.enginePid) await new Promise(() => undefined);
}
