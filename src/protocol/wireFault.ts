import { Fault, faultCodes, isFault } from '../model/fault.ts';
import type { WireFault } from './contract.ts';

/** A fault as it goes over a wire; `bug` is what the other side is told of anything else. */
export function toWire(error: unknown, bug: string): WireFault {
  return isFault(error) ? { code: error.code, message: error.message } : { code: 'internal', message: bug };
}

/** A fault as it came over a wire; an unknown code becomes `internal`. */
export function fromWire(fault: WireFault): Fault {
  return new Fault(faultCodes.find((code) => code === fault.code) ?? 'internal', fault.message);
}
