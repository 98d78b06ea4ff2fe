import { runSuite } from '../runSuite.ts';

/** One folder. The last test leaves a study running for the window to be closed on. */
export const run = (): Promise<void> =>
  runSuite('folder', async () => {
    await import('../studyFile.test.ts');
    await import('../settings.test.ts');
    await import('../running.test.ts');
  });
