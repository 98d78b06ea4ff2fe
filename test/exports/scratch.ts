import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { bytesOf, type ExportFile } from '../../src/engine/exporters/exportFile.ts';

/** Float32 readers against our double forward pass. */
export const tolerance = 1e-5;

export interface Scratch {
  readonly path: string;
  /** Writes the files of an export into a folder of their own; its path. */
  write(name: string, files: readonly ExportFile[]): string;
}

/** A folder for the tests of one file, inside the tree so that exported scripts find their packages; gone when they have ended. */
export function scratchFolder(prefix: string): Scratch {
  const root = join(import.meta.dirname, '../../.cache/exports-test');
  mkdirSync(root, { recursive: true });
  const path = mkdtempSync(join(root, `${prefix}-`));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write: (name, files) => {
      const folder = join(path, name);
      mkdirSync(folder, { recursive: true });
      for (const file of files) writeFileSync(join(folder, file.name), bytesOf(file));
      return folder;
    },
  };
}
