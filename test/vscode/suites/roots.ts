import { runSuite } from '../runSuite.ts';

/** A workspace of two folders. It leaves a study running for the extension host to be killed on. */
export const run = (): Promise<void> => runSuite('roots', () => import('../roots.test.ts'));
