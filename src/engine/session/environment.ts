import { cpus } from 'node:os';
import type { Experiment } from '../../model/experiment.ts';
import type { SessionContext } from './context.ts';
import { gitCommitOf } from './gitCommit.ts';

/** What is recorded with an experiment of a study in `folder`: versions and machine, and the commit the folder is at where it is in git. */
export function recordedEnvironment(context: SessionContext, folder: string): Experiment['environment'] {
  const gitCommit = gitCommitOf(folder);
  return { ...environmentOf(context), ...(gitCommit === null ? {} : { gitCommit }) };
}

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
