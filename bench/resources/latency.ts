// Does an editor still answer while a study trains on all cores?
//   npm run build, then   node bench/resources/latency.ts [--rounds=20] [--seconds=2] [--write]
//
// A process wakes every 10 ms and does 1 ms of work, as an editor between key presses; told is how late each piece of work was done. One
// study runs all the time; in each short round its workers are held (SIGSTOP), run as they are, and run without their niceness, in an order
// that changes from round to round. What is compared are the states of one round: other work on the machine meets all three alike.
import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism, getPriority, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeSection } from '../report.ts';
import { commandLine, median, startMachineLine, table } from '../table.ts';
import { startEngine, writeStudy } from './engineProcess.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const cores = availableParallelism();
const machineLine = startMachineLine();
const states = ['no study', 'study, as it is', 'study, workers not nice'] as const;
type State = (typeof states)[number];
/** A change of state is given so long before it is measured. */
const settleMs = 300;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const study = writeStudy(100_000, 64);
const engine = await startEngine();
const started = await engine.client.request('start', {
  file: study.file,
  ifFinished: 'ask',
  options: { workers: cores },
});
if (started.kind !== 'started') throw new Error(JSON.stringify(started));
while (engine.workers().length < cores) await pause(50);
await pause(2_000); // in the middle of training
const workers = engine.workers();
const niceness = workers.map((pid) => getPriority(pid));
const foreground = fork(fileURLToPath(new URL('foreground.mjs', import.meta.url)));

const late = new Map<State, number[][]>(states.map((state) => [state, []]));
for (let round = 0; round < rounds; round++)
  for (const state of states.map((_, i) => states[(i + round) % states.length])) {
    enter(state);
    await pause(settleMs);
    late.get(state)!.push(await measure(foreground));
  }
enter('study, as it is');
foreground.kill();
const report = render();
console.log(report);
if (values.write) writeSection('latency', report);
engine.stop();
study.remove();
process.exit(0);

function enter(state: State): void {
  const others = [engine.child.pid ?? 0, ...workers];
  if (state === 'no study') for (const pid of others) process.kill(pid, 'SIGSTOP');
  else {
    workers.forEach((pid, i) => setPriority(pid, state === 'study, as it is' ? niceness[i] : 0));
    for (const pid of others) process.kill(pid, 'SIGCONT');
  }
}

/** Lateness of each wake, ms, ascending. */
function measure(child: ChildProcess): Promise<number[]> {
  return new Promise((resolve) => {
    child.once('message', (found) => resolve((found as number[]).sort((a, b) => a - b))); // from foreground.mjs
    child.send(Number(values.seconds) * 1000);
  });
}

function render(): string {
  const share = (list: readonly number[], at: number): number =>
    list[Math.min(list.length - 1, Math.floor(at * list.length))];
  const shares = [0.5, 0.9, 1];
  const of = (state: State, at: number): number[] => late.get(state)!.map((list) => share(list, at));
  const differences = (a: State, b: State, at: number): number[] => {
    const before = of(b, at);
    return of(a, at).map((ms, round) => ms - before[round]);
  };
  const [none, nice, plain] = states;
  const signed = (ms: number): string => `${ms < 0 ? '' : '+'}${ms.toFixed(1)}`;
  const difference = (label: string, a: State, b: State): string[] => [
    label,
    ...shares.map((at) => {
      const all = differences(a, b, at);
      return `${signed(median(all))} (${all.filter((ms) => ms > 0).length} of ${rounds} later)`;
    }),
  ];
  return [
    'A process wakes every 10 ms and does 1 ms of work, as an editor between key presses; told is how late the work was done, ms. The states take turns within each',
    `of ${rounds} rounds of ${values.seconds} s each; a cell is the median over the rounds. ${cores} workers on ${cores} cores, their niceness ${niceness.join(', ')}.`,
    '',
    machineLine(),
    commandLine('bench/resources/latency.ts'),
    '',
    ...table(
      ['of a round', 'median', '90 %', 'longest'],
      [
        ...states.map((state) => [state, ...shares.map((at) => median(of(state, at)).toFixed(1))]),
        difference('what the study costs: as it is, less no study', nice, none),
        difference('what niceness saves: not nice, less as it is', plain, nice),
      ],
    ),
  ].join('\n');
}
