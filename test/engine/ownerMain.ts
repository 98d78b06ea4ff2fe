/**
 * One of several processes that want to write the same experiment: takes it, holds it a moment, says when. Given a gap in ms it is the
 * broken twin: it looks who owns the experiment and, so much later, takes it, with no lock around the two.
 */
import fs from 'node:fs';
import { systemClock } from '../../src/engine/clock.ts';
import { acquireOwner, currentOwner, type Owner } from '../../src/engine/store/owner.ts';
import { Fault, isFault } from '../../src/model/fault.ts';

const [folder, log, holdMs, gapMs] = process.argv.slice(2);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function takeUnlocked(): Promise<Owner> {
  if (await currentOwner(folder, systemClock)) throw new Fault('storeLocked', 'held');
  await pause(Number(gapMs));
  return { check: () => undefined, release: () => Promise.resolve() };
}

try {
  const owner =
    gapMs === undefined ? await acquireOwner(folder, systemClock, () => undefined) : await takeUnlocked();
  fs.appendFileSync(log, `+${process.pid}\n`);
  await pause(Number(holdMs));
  owner.check();
  fs.appendFileSync(log, `-${process.pid}\n`);
  await owner.release();
} catch (error) {
  if (!isFault(error) || error.code !== 'storeLocked') throw error;
  fs.appendFileSync(log, `!${process.pid}\n`);
}
process.exit(0);
