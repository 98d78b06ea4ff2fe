import { fork } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { createRng } from '../../src/engine/rng.ts';
import { isFault } from '../../src/model/fault.ts';
import type { RequestName } from '../../src/protocol/contract.ts';
import type { EngineContract } from '../../src/protocol/engine.ts';
import type { ExperimentRef } from '../../src/protocol/experiments.ts';
import type { ViewContract } from '../../src/protocol/view.ts';
import { parseViewRequest } from '../../src/protocol/viewMessages.ts';
import {
  mainFile,
  makeWorkspace,
  openSession,
  runToEnd,
  studyText,
  type Workspace,
} from '../engine/harness.ts';
import { hangMs, timed } from './hang.ts';
import { mutateJson } from './mutate.ts';

const rounds = 10_000;
/** The engine reads files and starts kernels: the long form (LSTM_STUDY_LONG=1) sends it all ten thousand, in about four minutes. */
const engineRounds = process.env['LSTM_STUDY_LONG'] ? rounds : 1_000;

/** What a message that was let through must not hold. */
function leadsOut(name: string, message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false;
  const { name: file, id } = message as { name?: unknown; id?: unknown }; // looked at, whatever it is
  if (name === 'save') return typeof file !== 'string' || /[\\/]/.test(file);
  return name === 'openExperiment' && (typeof id !== 'string' || !/^[a-z0-9-]+$/.test(id));
}

describe('mutated messages from the panel', () => {
  const good: readonly [RequestName<ViewContract>, unknown][] = [
    ['ready', null],
    [
      'edit',
      { path: ['hyperparameters', 'units', 'choices', 0], value: { choices: [50, 100], ordered: true } },
    ],
    ['run', { ifFinished: 'ask' }],
    ['stop', { how: 'graceful' }],
    ['trial', { number: 3 }],
    ['analyse', { kind: 'contour', parameters: ['units', 'dropout'] }],
    [
      'compare',
      {
        trials: [
          { store: '/s', id: '20260101-000000-a-bcde', number: 1 },
          { store: '/s', id: 'b', number: 2 },
        ],
      },
    ],
    ['annotate', { note: 'n', tags: ['a'], trials: { 3: { star: true, note: 'x' } } }],
    ['export', { format: 'csv', trials: [1, 2, 3], columns: ['number', 'value'] }],
    ['save', { name: 'trials.csv', text: 'a,b' }],
    ['openExperiment', { store: '/s', id: 'b' }],
    ['reveal', { path: ['data', 'file'] }],
  ];

  it(`refuses or parses ${rounds} of them; what is parsed names no file outside and no odd id`, () => {
    const rng = createRng(5);
    let objects = 0;
    let valid = 0;
    for (let i = 0; i < rounds; i++) {
      const [name, params] = good[i % good.length];
      const mutated = mutateJson([params], rng);
      const message: unknown = Array.isArray(mutated) ? mutated[0] : mutated;
      if (typeof message === 'object') objects++;
      try {
        const parsed: unknown = parseViewRequest(name, message);
        valid++;
        expect(leadsOut(name, parsed), JSON.stringify(parsed)).toBe(false);
      } catch (error) {
        if (!isFault(error)) throw error;
        expect(error.code).toBe('badInput');
      }
    }
    console.log(`panel messages: ${rounds} mutated, ${objects} well formed, ${valid} valid`);
    expect(objects).toBeGreaterThan(rounds / 2);
    expect(valid).toBeGreaterThan(rounds / 10);
  });

  it('broken twin: messages that are handed on as they come name other files and odd ids', () => {
    const rng = createRng(5);
    let out = 0;
    for (let i = 0; i < 2_000; i++) {
      const [name, params] = good[i % good.length];
      const [message] = mutateJson([params, null], rng) as unknown[]; // a list stays one
      if (leadsOut(name, message)) out++;
    }
    expect(out).toBeGreaterThan(20);
  });
});

describe('mutated messages to the engine', () => {
  let workspace: Workspace;
  let ref: ExperimentRef;
  beforeAll(async () => {
    workspace = await makeWorkspace({ search: { trials: 3, confirm: { top: 0, seeds: 2 } } });
    const { session } = openSession();
    ref = await runToEnd(session, workspace);
    await session.dispose();
  });
  afterAll(() => workspace.remove());

  const goodRequests = (): [RequestName<EngineContract>, unknown][] => [
    ['check', { text: studyText(), file: workspace.file }],
    ['inspectData', { file: join(workspace.folder, 'sp500.csv') }],
    ['listExperiments', { stores: [ref.store] }],
    ['open', { ...ref }],
    ['close', { ...ref }],
    ['stop', { ...ref, how: 'now' }],
    ['trial', { ...ref, number: 1 }],
    ['predictions', { ...ref, number: 1 }],
    ['analyse', { ...ref, what: { kind: 'slice', parameter: 'units' } }],
    [
      'compare',
      {
        trials: [
          { ...ref, number: 0 },
          { ...ref, number: 1 },
        ],
      },
    ],
    ['testResult', { ...ref, number: 1 }],
    ['applyParams', { ...ref, number: 1, text: studyText() }],
    ['annotate', { ...ref, annotations: { note: 'n', trials: { 1: { star: true } } } }],
  ];

  it(
    `answers ${engineRounds} of them in a real engine process, which lives on and writes nothing outside its store`,
    { timeout: 900_000 },
    async () => {
      const child = fork(mainFile, [], {
        serialization: 'advanced',
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      let stderr = '';
      child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      let exited: number | null | undefined;
      child.once('exit', (code) => (exited = code));
      const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
      let unhandled = '';
      connection.onNotification('log', (message: { payload: { text: string } }) => {
        if (message.payload.text.startsWith('unhandled')) unhandled = message.payload.text;
      });
      connection.onError(() => undefined);
      connection.listen();
      await connection.sendRequest('initialize', { params: { mode: 'full', workers: 1 } });
      const good = goodRequests();
      const before = (await readdir(workspace.folder)).sort();
      const rng = createRng(3);
      let answered = 0;
      let accepted = 0;
      let slowestMs = 0;
      for (let i = 0; i < engineRounds; i++) {
        const [name, params] = good[i % good.length];
        const sent = mutateJson(params, rng);
        const { answer, ms } = await timed(() =>
          connection.sendRequest<{ fault?: { code: string } }>(name, { params: sent }),
        );
        answered++;
        if (!answer.fault) accepted++;
        expect(ms, `${name} ${JSON.stringify(sent)}`).toBeLessThan(hangMs);
        slowestMs = Math.max(slowestMs, ms);
      }
      expect(exited).toBeUndefined();
      expect(unhandled).toBe('');
      console.log(
        `engine messages: ${answered} answered, ${accepted} accepted, slowest ${slowestMs.toFixed(0)} ms`,
      );
      expect(accepted).toBeGreaterThan(engineRounds / 10);
      expect((await readdir(workspace.folder)).sort()).toEqual(before);
      expect(stderr).toBe('');
      const list: { result?: { experiments: { id: string }[] } } = await connection.sendRequest(
        'listExperiments',
        { params: { stores: [ref.store] } },
      );
      expect(list.result?.experiments.map((e) => e.id)).toEqual([ref.id]);
      connection.dispose();
      child.disconnect();
      await new Promise((resolve) => (exited === undefined ? child.once('exit', resolve) : resolve(null)));
    },
  );

  it('broken twin: handlers that are asked directly fail with errors that are no faults, and ids lead out of the store', async () => {
    const { session } = openSession();
    const handlers = session.handlers as Record<string, (params: unknown) => Promise<unknown>>; // asked with anything
    const good = goodRequests().filter(([name]) => name !== 'annotate'); // which writes
    const rng = createRng(3);
    let bugs = 0;
    let outside = 0;
    for (let i = 0; i < 400; i++) {
      const [name, params] = good[i % good.length];
      const sent = mutateJson(params, rng) as { store?: unknown; id?: unknown } | null; // looked at, whatever it is
      if (typeof sent?.id === 'string' && !join(ref.store, sent.id).startsWith(ref.store)) outside++;
      try {
        await handlers[name](sent);
      } catch (error) {
        if (!isFault(error)) bugs++;
      }
    }
    await session.dispose();
    expect(bugs).toBeGreaterThan(10); // each of them would be a rejection that nobody handles
    expect(outside).toBeGreaterThan(0);
  });
});
