/** Loaded into a real engine and its workers through NODE_OPTIONS: on SIGUSR2 each collects garbage and writes what it holds to MEMORY_FOLDER. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc');
process.on('SIGUSR2', () => {
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  writeFileSync(
    join(process.env.MEMORY_FOLDER, String(process.pid)),
    JSON.stringify({ rss, heapUsed, external }),
  );
});
