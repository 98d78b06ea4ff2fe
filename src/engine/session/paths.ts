import { join } from 'node:path';
import type { EnginePaths } from './context.ts';

/** Where the build puts the parts of the engine, seen from the folder of main.mjs and cli.mjs. */
export function enginePaths(folder: string): EnginePaths {
  return {
    worker: join(folder, 'worker.mjs'),
    chooseBuild: join(folder, 'chooseBuild.mjs'),
    kernels: join(folder, '..', 'kernels'),
  };
}
