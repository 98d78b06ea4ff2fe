import { Fault } from '../../model/fault.ts';
import type { EngineContract, EngineSettings } from '../../protocol/engine.ts';
import type { Clock } from '../clock.ts';
import type { Planted } from '../experiment/run.ts';

/** Files that the built engine starts or loads. */
export interface EnginePaths {
  /** dist/engine/worker.mjs */
  readonly worker: string;
  /** dist/engine/chooseBuild.mjs */
  readonly chooseBuild: string;
  /** dist/kernels */
  readonly kernels: string;
}

type Events = EngineContract['events'];

/** What every part of a session is given. */
export interface SessionContext {
  readonly clock: Clock;
  readonly paths: EnginePaths;
  readonly version: string;
  readonly emit: <N extends keyof Events>(name: N, payload: Events[N]) => void;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', text: string) => void;
  readonly settings: () => EngineSettings;
  readonly plant: Planted;
}

/** Fault `badInput` in Restricted Mode: called by all that runs, trains or writes. */
export function requireTrust(context: SessionContext): void {
  if (context.settings().mode === 'browse')
    throw new Fault(
      'badInput',
      'This workspace is not trusted: experiments can be looked at, not run or changed.',
    );
}
