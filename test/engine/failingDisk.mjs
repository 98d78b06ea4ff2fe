/**
 * Loaded into a real engine with `node --import`: a disk that begins to fail. DISK_FAULT = call:count[:twin], for example fsync:12:
 * the 12th fsync of a document of a store and all later ones answer EIO. With the twin `silent` the calls do nothing and say that all
 * went well: what a program that ignores the error would be left with.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [call, count, twin] = (process.env.DISK_FAULT ?? '').split(':');
let left = Number(count);
const documents = new Set();
const isDocument = (path) => typeof path === 'string' && path.includes('.lstm-study') && /\.json/.test(path);

function failing(which) {
  if (which !== call || left-- > 1) return null;
  return Object.assign(new Error(`EIO: i/o error, ${which}`), { code: 'EIO', syscall: which, errno: -5 });
}

const { openSync, open, writeFileSync, writeSync, write, fsyncSync, fsync, renameSync, rename } = fs;

function wrapSync(which, real, applies) {
  return (...args) => {
    const error = applies(args) ? failing(which) : null;
    if (!error) return real.apply(fs, args);
    if (twin !== 'silent') throw error;
    return undefined;
  };
}

function wrap(which, real, applies) {
  return (...args) => {
    const error = applies(args) ? failing(which) : null;
    if (!error) return real.apply(fs, args);
    args.at(-1)(twin === 'silent' ? null : error);
  };
}

const ofFile = (args) => documents.has(args[0]);
const ofRename = (args) => isDocument(args[1]);
Object.assign(fs, {
  openSync: (...args) => {
    const fd = openSync.apply(fs, args);
    if (isDocument(args[0]) && args[1] !== 'r') documents.add(fd);
    else documents.delete(fd);
    return fd;
  },
  open: (...args) =>
    open.apply(fs, [
      ...args.slice(0, -1),
      (error, fd) => {
        if (!error && isDocument(args[0]) && args[1] !== 'r') documents.add(fd);
        else documents.delete(fd);
        args.at(-1)(error, fd);
      },
    ]),
  writeFileSync: wrapSync('write', writeFileSync, ofFile),
  writeSync: wrapSync('write', writeSync, ofFile),
  write: wrap('write', write, ofFile),
  fsyncSync: wrapSync('fsync', fsyncSync, ofFile),
  fsync: wrap('fsync', fsync, ofFile),
  renameSync: wrapSync('rename', renameSync, ofRename),
  rename: wrap('rename', rename, ofRename),
});
syncBuiltinESMExports();
