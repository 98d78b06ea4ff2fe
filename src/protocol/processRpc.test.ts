import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { createMessageConnection, PortMessageReader, PortMessageWriter } from 'vscode-jsonrpc/node';
import { Fault, isFault } from '../model/fault.ts';
import { connectProcess, serveProcess, type ProcessServer } from './processRpc.ts';
import type { Client } from './contract.ts';

interface Calculator {
  requests: {
    half: { params: { of: number }; result: number };
    column: { params: null; result: Float64Array };
    never: { params: null; result: null };
  };
  events: { said: { text: string } };
}

const ports: MessagePort[] = [];
afterEach(() => ports.splice(0).forEach((port) => port.close()));

function pair(
  bugs: unknown[],
  answers: string[] = [],
): { client: Client<Calculator>; server: ProcessServer<Calculator> } {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const asking = createMessageConnection(new PortMessageReader(port1), new PortMessageWriter(port1));
  const answering = createMessageConnection(new PortMessageReader(port2), new PortMessageWriter(port2));
  const client = connectProcess<Calculator>(asking);
  const server = serveProcess<Calculator>(
    answering,
    {
      half({ of }) {
        if (of === 0) throw new Fault('badInput', 'nothing to halve');
        if (of < 0) throw new TypeError('negative');
        return of / 2;
      },
      column: () => Float64Array.from([1, NaN, 3]),
      never: () => new Promise(() => undefined),
    },
    {
      onBug: (error) => bugs.push(error),
      onAsked: (name) => (refusal) =>
        answers.push(`${name} ${refusal === null ? 'answered' : isFault(refusal) ? refusal.code : 'bug'}`),
    },
  );
  asking.listen();
  answering.listen();
  return { client, server };
}

test('answers, typed arrays with NaN and events cross the border', async () => {
  const { client, server } = pair([]);
  expect(await client.request('half', { of: 3 })).toBe(1.5);
  expect(Array.from(await client.request('column', null))).toEqual([1, NaN, 3]);
  const said = new Promise((resolve) => client.onEvent('said', resolve));
  server.send('said', { text: 'hello' });
  expect(await said).toEqual({ text: 'hello' });
});

test('a fault keeps its code; a bug is reported and answered as internal', async () => {
  const bugs: unknown[] = [];
  const { client } = pair(bugs);
  await expect(client.request('half', { of: 0 })).rejects.toMatchObject({ code: 'badInput' });
  expect(bugs).toHaveLength(0);
  await expect(client.request('half', { of: -1 })).rejects.toMatchObject({ code: 'internal' });
  expect(bugs).toHaveLength(1);
});

test('each request is told to who keeps the log, with what it was answered', async () => {
  const answers: string[] = [];
  const { client } = pair([], answers);
  await client.request('half', { of: 4 });
  await client.request('half', { of: 0 }).catch(() => undefined); // expected: told to the log, and looked at below
  await client.request('half', { of: -1 }).catch(() => undefined);
  expect(answers).toEqual(['half answered', 'half badInput', 'half bug']);
});

test('an unknown request is refused', async () => {
  const { client } = pair([]);
  await expect(client.request('double' as never, null as never)).rejects.toMatchObject({ code: 'internal' });
});

test('a port that closes refuses what is pending and what comes later; dispose twice is safe', async () => {
  const { client } = pair([]);
  const pending = client.request('never', null);
  ports[1].close();
  await expect(pending).rejects.toMatchObject({ code: 'stopped' });
  await expect(client.request('half', { of: 1 })).rejects.toMatchObject({ code: 'stopped' });
  client.dispose();
  client.dispose();
});
