import { Fault, isFault } from '../../model/fault.ts';

/** The `code` of a system error; undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Neither the file nor, perhaps, its folder is there. */
export function isAbsent(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * Fault `unreadable` for a system error at reading: the document may be whole, so it is neither damaged nor absent, and nobody
 * moves it or writes in its place. Faults and bugs stay what they are.
 */
export function readFault(error: unknown, file: string): unknown {
  const code = errnoOf(error);
  if (isFault(error) || code === undefined) return error;
  return new Fault(
    'unreadable',
    `${file} cannot be read just now: ${whyUnreadable(code)}. It is left as it is. Mend that, then try again.`,
    { cause: error },
  );
}

function whyUnreadable(code: string): string {
  if (code === 'EIO') return 'the disk answered with an error (EIO)';
  if (code === 'EACCES' || code === 'EPERM') return `you may not read it (${code})`;
  return `the system answered ${code}`;
}

/** A system error at writing as a Fault with place and cure; Faults and bugs stay what they are. */
export function storeFault(error: unknown, file: string): unknown {
  if (isFault(error)) return error;
  const because = { cause: error };
  switch (errnoOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Fault(
        'diskFull',
        `The disk is full: ${file} could not be written. Nothing stored before is lost. Free some space and resume.`,
        because,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Fault(
        'unwritable',
        `${file} may not be written. Give yourself the right to write there, or choose another place with --store.`,
        because,
      );
    case 'ENOENT':
    case 'ENOTDIR':
      return new Fault(
        'unwritable',
        `The folder of ${file} is not there. If it was moved or deleted, put it back and resume; else choose another place with --store.`,
        because,
      );
    case 'EIO':
      return new Fault(
        'unwritable',
        `The disk answered with an error when ${file} was written. Check the disk, then resume.`,
        because,
      );
    default:
      return isSystemError(error) ? unusualFault(error, file) : error;
  }
}

/** Node's own errors (`ERR_…`) are about how it was called. */
function isSystemError(error: unknown): boolean {
  return /^E(?!RR_)[A-Z0-9]+$/.test(errnoOf(error) ?? '');
}

function unusualFault(error: unknown, file: string): Fault {
  const code = errnoOf(error);
  const why =
    code === 'EFBIG' ? 'it is larger than your limits allow (ulimit -f)' : `the system answered ${code}`;
  return new Fault(
    'unwritable',
    `${file} could not be written: ${why}. Nothing stored before is lost. Mend that and resume, or choose another place with --store.`,
    { cause: error },
  );
}
