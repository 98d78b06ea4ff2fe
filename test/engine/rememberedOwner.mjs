// Loaded into a real engine: the broken twin of a writer that looks at its token before each write. It reads owner.json once.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { readFileSync } = fs;
const remembered = new Map();
fs.readFileSync = (...args) => {
  if (!String(args[0]).endsWith('owner.json')) return readFileSync.apply(fs, args);
  if (!remembered.has(args[0])) remembered.set(args[0], readFileSync.apply(fs, args));
  return remembered.get(args[0]);
};
syncBuiltinESMExports();
