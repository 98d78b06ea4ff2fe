// The long form of the fault tests: the real engine killed 200 times (or as often as the first argument says), spread over its
// phases. `npm test` holds the short form. The second argument is the seed of the points at which it is killed.
import { spawnSync } from 'node:child_process';

const [kills = '200', seed = '1'] = process.argv.slice(2);
const result = spawnSync('vitest', ['run', 'test/engine/faults.test.ts', '--reporter=verbose'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, LSTM_STUDY_KILLS: kills, LSTM_STUDY_FAULT_SEED: seed },
});
process.exit(result.status ?? 1);
