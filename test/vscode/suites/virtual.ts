import { runSuite } from '../runSuite.ts';

/** A workspace that is not on a disk. */
export const run = (): Promise<void> => runSuite('virtual', () => import('../virtual.test.ts'));
