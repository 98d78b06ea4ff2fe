/**
 * Loaded into a real engine with `node --import`: a disk that begins to fail. DISK_FAULT = call:count[:twin], for example fsync:12:
 * the 12th fsync of a document of a store and all later ones answer EIO. With the twin `silent` the calls do nothing and say that all
 * went well: what a program that ignores the error would be left with.
 *
 * read:part answers EIO to each read of a document whose path contains that part; with the twin `torn` the read gives half of it:
 * what a program would do that takes such an error for damage.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [call, which, twin] = (process.env.DISK_FAULT ?? '').split(':');
let left = Number(which);
const documents = new Set();
const isDocument = (path) => typeof path === 'string' && path.includes('.lstm-study') && /\.json/.test(path);

const eio = (syscall) =>
  Object.assign(new Error(`EIO: i/o error, ${syscall}`), { code: 'EIO', syscall, errno: -5 });

function failing(operation) {
  return operation !== call || left-- > 1 ? null : eio(operation);
}

function read(path, text) {
  if (call !== 'read' || !isDocument(path) || !path.includes(which)) return text;
  if (twin === 'torn') return text.slice(0, text.length / 2);
  throw eio('read');
}

const { readFile } = fs.promises;
const {
  openSync,
  open,
  readFileSync,
  writeFileSync,
  writeSync,
  write,
  fsyncSync,
  fsync,
  renameSync,
  rename,
} = fs;

function wrapSync(operation, real, applies) {
  return (...args) => {
    const error = applies(args) ? failing(operation) : null;
    if (!error) return real.apply(fs, args);
    if (twin !== 'silent') throw error;
    return undefined;
  };
}

function wrap(operation, real, applies) {
  return (...args) => {
    const error = applies(args) ? failing(operation) : null;
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
  readFileSync: (...args) => read(args[0], readFileSync.apply(fs, args)),
  fsyncSync: wrapSync('fsync', fsyncSync, ofFile),
  fsync: wrap('fsync', fsync, ofFile),
  renameSync: wrapSync('rename', renameSync, ofRename),
  rename: wrap('rename', rename, ofRename),
});
fs.promises.readFile = async (...args) => read(args[0], await readFile.apply(fs.promises, args));
syncBuiltinESMExports();
