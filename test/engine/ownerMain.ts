/** One of several processes that want to write the same experiment: takes it, holds it a moment, says when. */
import fs from 'node:fs';
import { systemClock } from '../../src/engine/clock.ts';
import { acquireOwner } from '../../src/engine/store/owner.ts';
import { isFault } from '../../src/model/fault.ts';

const [folder, log, holdMs] = process.argv.slice(2);
try {
  const owner = await acquireOwner(folder, systemClock, () => undefined);
  fs.appendFileSync(log, `+${process.pid}\n`);
  await new Promise((resolve) => setTimeout(resolve, Number(holdMs)));
  owner.check();
  fs.appendFileSync(log, `-${process.pid}\n`);
  await owner.release();
} catch (error) {
  if (!isFault(error) || error.code !== 'storeLocked') throw error;
  fs.appendFileSync(log, `!${process.pid}\n`);
}
process.exit(0);
