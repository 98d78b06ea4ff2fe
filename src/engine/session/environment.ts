import { cpus } from 'node:os';
import type { Experiment } from '../../model/experiment.ts';
import type { SessionContext } from './context.ts';

/** Versions and machine, for the record: nothing is computed from it, and it is left out when experiments are compared. */
export function environmentOf({ version }: SessionContext): Experiment['environment'] {
  return {
    version,
    node: process.versions.node,
    v8: process.versions['v8'] ?? '',
    platform: process.platform,
    arch: process.arch,
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
  };
}
