/** Expected failures, each with a code that is documented with its cure in docs/errors.md. Anything else is a bug. */
export const faultCodes = [
  'badInput',
  'diverged',
  'outOfMemory',
  'workerDied',
  'trialTimeout',
  'dataChanged',
  'storeLocked',
  'storeDamaged',
  'storeNewer',
  'unreadable',
  'diskFull',
  'unwritable',
  'variantMissing',
  'backendUnavailable',
  'stopped',
  'internal',
] as const;
export type FaultCode = (typeof faultCodes)[number];

/** Text for people says what happened, where, and what to do. Code decides by `code`, never by the text. */
export class Fault extends Error {
  readonly code: FaultCode;
  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
  }
}

export function isFault(error: unknown): error is Fault {
  return error instanceof Fault;
}

/** Exit code of the command line for a fault: 1 a trainer, a worker or a bug, 2 input, 3 store, 130 stopped. */
export function exitCodeOf(code: FaultCode): number {
  switch (code) {
    case 'badInput':
    case 'dataChanged':
      return 2;
    case 'storeLocked':
    case 'storeDamaged':
    case 'storeNewer':
    case 'unreadable':
    case 'diskFull':
    case 'unwritable':
      return 3;
    case 'stopped':
      return 130;
    case 'diverged':
    case 'outOfMemory':
    case 'workerDied':
    case 'trialTimeout':
    case 'variantMissing':
    case 'backendUnavailable':
    case 'internal':
      return 1;
  }
}
