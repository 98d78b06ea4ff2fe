import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A peer that answers one JSON line to each JSON line it is sent, one at a time. It sleeps in between. */
export interface Peer {
  /** Its first line: versions. */
  readonly greeting: Record<string, string>;
  ask(request: Record<string, unknown>): Promise<Record<string, number>>;
  stop(): void;
}

export async function startPeer([command, ...args]: readonly string[]): Promise<Peer> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${command} ended`);
    return JSON.parse(value);
  };
  return {
    greeting: (await next()) as Record<string, string>, // our own script
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await next()) as Record<string, number>; // our own script
    },
    stop: () => child.kill(),
  };
}
