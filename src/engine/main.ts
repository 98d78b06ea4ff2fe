/** Entry of the engine process: speaks EngineContract over the IPC channel of the process that started it, and ends with it. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { isFault } from '../model/fault.ts';
import type { EngineContract } from '../protocol/engine.ts';
import { serveProcess } from '../protocol/processRpc.ts';
import { systemClock } from './clock.ts';
import { createSession } from './session.ts';
import { enginePaths } from './session/paths.ts';
import { engineVersion } from './version.ts';

if (!process.send) {
  console.error('This is the engine of LSTM Study; an editor starts it. On a command line use lstm-study.');
  process.exit(2);
}

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const session = createSession({
  clock: systemClock,
  paths: enginePaths(dirname(fileURLToPath(import.meta.url))),
  version: engineVersion,
  emit: (name, payload) => server.send(name, payload),
});
const server = serveProcess<EngineContract>(connection, session.handlers, {
  onBug: (error, request) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    session.log('error', `${request}: ${text}`);
  },
  onAsked: (request) => {
    const from = systemClock.elapsedMs();
    return (refusal) => {
      const how = isFault(refusal) ? `refused: ${refusal.message} [${refusal.code}]` : 'answered';
      session.log('debug', `${request} ${how} after ${(systemClock.elapsedMs() - from).toFixed(0)} ms`);
    };
  },
});

let ending = false;
const end = (): void => {
  if (ending) return;
  ending = true;
  // What runs is killed; its finished folds are stored and a later resume goes on from them.
  void session.dispose().finally(() => process.exit(0));
};
process.on('disconnect', end);
process.on('SIGTERM', end);
// Ctrl-C in a terminal reaches the whole process group; the parent decides what it means.
process.on('SIGINT', () => undefined);
process.on('unhandledRejection', (error) => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  server.send('log', { level: 'error', text: `unhandled: ${text}` });
});
connection.listen();
