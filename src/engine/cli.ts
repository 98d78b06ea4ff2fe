#!/usr/bin/env node
/** The command line: a second client of the same engine, without VS Code. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { createProgram } from './cli/commands.ts';
import { enginePaths } from './session/paths.ts';
import { engineVersion } from './version.ts';

const program = createProgram({
  paths: enginePaths(dirname(fileURLToPath(import.meta.url))),
  version: engineVersion,
  onExit: (code) => {
    process.exitCode = code;
  },
});
// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
try {
  await program.parseAsync(process.argv);
} catch (error) {
  // Commander has said what is wrong with the arguments and set the code.
  if (!(error instanceof CommanderError)) throw error;
}
