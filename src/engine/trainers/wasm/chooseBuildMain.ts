// A throw-away child process that chooses the kernels: chooseBuildMain FOLDER [PINNED], answers by one IPC message and ends.
import { constants, setPriority } from 'node:os';
import { buildNames } from '../../../kernels/generate/build.ts';
import { isFault } from '../../../model/fault.ts';
import { chooseBuild } from './pick.ts';

const [kernelsFolder, pinnedName] = process.argv.slice(2);
const pinned = buildNames.find((name) => name === pinnedName);
try {
  const choice = await chooseBuild({
    kernelsFolder,
    now: () => performance.now(),
    actAsWorker,
    ...(pinned && { pinned }),
  });
  answer({ type: 'chosen', choice });
} catch (error) {
  if (!isFault(error)) throw error;
  answer({ type: 'none', message: error.message });
}

/** An engine that has ended meanwhile wants no answer; without a listener for that the error would end up on the terminal. */
function answer(message: object): void {
  process.send?.(message, undefined, undefined, () => {
    if (process.connected) process.disconnect();
  });
}

/** As the engine does with its workers. */
function actAsWorker(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not everywhere allowed; workers then compete as equals, too.
  }
}
