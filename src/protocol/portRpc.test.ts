import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { Fault } from '../model/fault.ts';
import type { Disposable } from './contract.ts';
import { connectPort, servePort, type Port } from './portRpc.ts';

interface Sums {
  requests: {
    add: { params: { a: number; b: number }; result: number };
    fail: { params: 'fault' | 'bug'; result: null };
    never: { params: null; result: null };
    columns: { params: Float64Array; result: Float64Array };
  };
  events: { total: number };
}

const toClose: Disposable[] = [];
afterEach(() => {
  for (const closable of toClose.splice(0)) closable.dispose();
});

function portOf(port: MessagePort): Port {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', listener);
      return { dispose: () => void port.off('message', listener) };
    },
  };
}

function pair() {
  const { port1, port2 } = new MessageChannel();
  const bugs: { request: string; error: unknown }[] = [];
  const client = connectPort<Sums>(portOf(port1));
  const server = servePort<Sums>({
    port: portOf(port2),
    parse: (name, params) => {
      if (name === 'add' && typeof (params as { a?: unknown }).a !== 'number')
        throw new Fault('badInput', 'a is not a number');
      return params as never; // the other requests of this test take anything
    },
    onBug: (error, request) => void bugs.push({ error, request }),
    handlers: {
      add: ({ a, b }) => a + b,
      fail: (how) => {
        throw how === 'fault' ? new Fault('storeLocked', 'Another window writes.') : new TypeError('secret');
      },
      never: () => new Promise<null>(() => undefined),
      columns: (values) => values.map((v) => v * 2),
    },
  });
  toClose.push(client, server, {
    dispose: () => {
      port1.close();
      port2.close();
    },
  });
  return { client, server, bugs, raw: port1 };
}

describe('portRpc', () => {
  it('answers requests, in any order, with typed arrays and NaN kept', async () => {
    const { client } = pair();
    const answers = await Promise.all([1, 2, 3].map((a) => client.request('add', { a, b: 10 })));
    expect(answers).toEqual([11, 12, 13]);
    expect(await client.request('columns', Float64Array.of(1, NaN))).toEqual(Float64Array.of(2, NaN));
  });

  it('sends events to those who listen, until they stop listening', async () => {
    const { client, server } = pair();
    const seen: number[] = [];
    const listening = client.onEvent('total', (n) => seen.push(n));
    server.send('total', 1);
    await client.request('add', { a: 0, b: 0 });
    listening.dispose();
    server.send('total', 2);
    await client.request('add', { a: 0, b: 0 });
    expect(seen).toEqual([1]);
  });

  it('refuses a request with the fault its handler threw, code and text', async () => {
    const { client, bugs } = pair();
    await expect(client.request('fail', 'fault')).rejects.toMatchObject({
      code: 'storeLocked',
      message: 'Another window writes.',
    });
    expect(bugs).toEqual([]);
  });

  it('reports a bug to its own side and says nothing of it to the other', async () => {
    const { client, bugs } = pair();
    const error = await client.request('fail', 'bug').catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'internal' });
    expect((error as Error).message).not.toContain('secret');
    expect(bugs.map((b) => b.request)).toEqual(['fail']);
  });

  it('refuses unknown methods, those of Object.prototype too', async () => {
    const { client } = pair();
    for (const name of ['nothing', 'toString', '__proto__'])
      await expect(client.request(name as 'add', { a: 1, b: 1 })).rejects.toMatchObject({ code: 'badInput' });
  });

  it('does not let a handler see params that the parser refuses', async () => {
    const { client } = pair();
    const wrong = { a: 'x', b: 1 } as unknown as { a: number; b: number };
    await expect(client.request('add', wrong)).rejects.toMatchObject({ code: 'badInput' });
  });

  it('refuses what is pending when the port closes, and what is asked later; closing twice is safe', async () => {
    const { client } = pair();
    const pending = client.request('never', null);
    client.dispose();
    client.dispose();
    await expect(pending).rejects.toMatchObject({ code: 'stopped' });
    await expect(client.request('add', { a: 1, b: 1 })).rejects.toMatchObject({ code: 'stopped' });
  });

  it('sends nothing after the answering end is closed', async () => {
    const { client, server } = pair();
    const pending = client.request('never', null);
    server.dispose();
    server.send('total', 1);
    client.dispose();
    await expect(pending).rejects.toMatchObject({ code: 'stopped' });
  });

  it('leaves messages of others alone', async () => {
    const { client, raw } = pair();
    for (const junk of [
      null,
      7,
      'text',
      {},
      { lstm: 'request' },
      { lstm: 'refusal', id: 1 },
      { lstm: 'x', id: 1 },
    ])
      raw.postMessage(junk);
    expect(await client.request('add', { a: 1, b: 1 })).toBe(2);
  });

  it('refuses a request that cannot be sent', async () => {
    const { client } = pair();
    const params = { a: 1, b: 1, f: () => 1 };
    await expect(client.request('add', params)).rejects.toMatchObject({ code: 'internal' });
  });
});
