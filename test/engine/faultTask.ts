/** Places at which the engine is killed. `worker`: a worker is, and the engine goes on. `both`: all workers are, and the engine with them. */
export const faultPhases = [
  'tempWrite',
  'beforeSync',
  'beforeRename',
  'afterRename',
  'midFold',
  'suggest',
  'lock',
  'confirm',
  'worker',
  'both',
] as const;
export type FaultPhase = (typeof faultPhases)[number];

export interface FaultTask {
  readonly file: string;
  readonly dist: string;
  readonly phase: FaultPhase | 'none';
  /** Killed when the phase is reached for this time. */
  readonly count: number;
  /** inPlace: documents are written where they lie, without a temporary file. */
  readonly twin?: 'inPlace';
}
