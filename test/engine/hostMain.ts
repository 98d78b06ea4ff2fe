/** A host as the editor is one: forks the real engine, has it run a study, and says who lives. Killed by hostKilled.test.ts. */
import { fork } from 'node:child_process';
import fs from 'node:fs';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import type { EngineContract } from '../../src/protocol/engine.ts';
import { connectProcess } from '../../src/protocol/processRpc.ts';

const [mainFile, studyFile, ...execArgv] = process.argv.slice(2);
const child = fork(mainFile, [], {
  serialization: 'advanced',
  execArgv,
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
});
const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
const client = connectProcess<EngineContract>(connection);
let ended = 0;
client.onEvent('trialsChanged', ({ rows }) => {
  for (let i = 0; i < rows.count; i++) if (rows.value[i] === rows.value[i]) ended++;
  if (ended >= 2) fs.writeSync(1, 'running\n');
});
connection.listen();
await client.request('initialize', { mode: 'full', workers: 2 });
fs.writeSync(1, `engine ${child.pid}\n`);
await client.request('start', { file: studyFile, ifFinished: 'ask' });
