import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** Called inside the extension host (VS Code's `extensionTestsPath`). What passed and failed goes into LSTM_TEST_RESULT. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: 'dot' });
  mocha.suite.emit('pre-require', globalThis, 'index', mocha);
  await import('./studyFile.test.ts');
  await import('./running.test.ts');
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
  const { LSTM_TEST_RESULT: file } = process.env;
  if (file)
    writeFileSync(file, JSON.stringify({ ...counts, lines, enginePid: globalThis.lstmEnginePid ?? null }));
}

declare global {
  /** Process id of the engine at the end, for whoever checks that it goes with the window. */
  var lstmEnginePid: number | undefined;
}
