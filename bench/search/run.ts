// Our samplers and Optuna's on the same problems, the cost of a suggestion, what the lag costs, how long workers idle, pruners.
//   npm run bench:setup
//   node bench/search/run.ts [--only=regret,speed,cost,lag,idle,idleMeasured,pruners] [--write] [--python=…]
//   node bench/search/run.ts --only=run [--seeds=20] [--trials=100] [--contenders='gp;Optuna GP'] [--part=1/2]
// `run` keeps each search in bench/results/search and goes on where it was; with --part several processes share the work. It takes
// about an hour and a half on one core, most of it Optuna's GPSampler. `regret` makes the table of what is there. --write puts the
// tables into docs/search.md and the curves into docs/search-regret.svg.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { findPeersPython } from '../peersPython.ts';
import { costs } from './cost.ts';
import { idle } from './idle.ts';
import { idleMeasured } from './idleMeasured.ts';
import { lags } from './lag.ts';
import { startPeer, type Peer, type Problem } from './peer.ts';
import { pruners } from './pruning.ts';
import { regretTable, runRegret, verify, type RegretOptions } from './regret.ts';
import { writeSection } from './section.ts';
import { speeds } from './speed.ts';

const { values: args } = parseArgs({
  options: {
    python: { type: 'string' },
    seeds: { type: 'string', default: '20' },
    trials: { type: 'string', default: '100' },
    contenders: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    only: { type: 'string', default: 'idle,idleMeasured,cost,speed,lag,pruners,regret' },
    write: { type: 'boolean', default: false },
  },
});
const [part, of] = args.part.split('/').map(Number);
const options: RegretOptions = {
  seeds: Number(args.seeds),
  trials: Number(args.trials),
  names: args.contenders?.split(';') ?? null,
  part,
  of,
};
const machine = `${cpus()[0].model.trim()}, Node ${process.version}`;

let opened: { peer: Peer; problems: readonly Problem[] } | null = null;
/** The peer and its problems, started when first asked for: some sections need neither. */
async function withPeer(): Promise<{ peer: Peer; problems: readonly Problem[] }> {
  if (opened) return opened;
  const peer = startPeer(args.python ?? (await findPeersPython()));
  const problems = await peer.ask<Problem[]>({ do: 'problems' });
  verify(problems);
  return (opened = { peer, problems });
}

/** Each makes the text between the markers of its name; `run` makes none. */
const sections: Readonly<Record<string, () => Promise<string | null> | string>> = {
  run: async () => {
    const { peer, problems } = await withPeer();
    await runRegret(peer, problems, options);
    return null;
  },
  regret: async () => {
    const { peer, problems } = await withPeer();
    return regretTable(peer, problems, { options, picture: args.write });
  },
  speed: async () => {
    const { peer, problems } = await withPeer();
    return `${machine}; ${await peer.ask<string>({ do: 'versions' })}.\n\n${await speeds(peer, problems)}`;
  },
  cost: async () => `${machine}.\n\n${await costs((await withPeer()).peer)}`,
  lag: lags,
  idle,
  idleMeasured,
  pruners,
};
for (const name of args.only.split(',')) {
  const body = await sections[name]();
  if (body !== null) console.log(body);
  if (args.write && body !== null) writeSection(name, body);
}
(opened as { peer: Peer } | null)?.peer.close(); // set in withPeer, which the compiler does not follow
