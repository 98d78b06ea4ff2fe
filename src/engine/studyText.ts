import { readFile } from 'node:fs/promises';
import { Fault } from '../model/fault.ts';

/** Text of a study file; Fault `badInput` where it cannot be read. */
export async function studyTextOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Fault('badInput', `The study file ${file} cannot be read. Check its name and place.`, {
      cause: error,
    });
  }
}
