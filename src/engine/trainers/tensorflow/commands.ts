import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface CommandResult {
  /** Exit code; null when the command could not be started. */
  readonly code: number | null;
  /** Both outputs, the last 8,000 characters. */
  readonly output: string;
}

const keptOutput = 8000;

/** Runs a command to its end. A missing command is a result with code null; an abort rejects. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      ...(options.signal ? { signal: options.signal } : {}),
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-keptOutput);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve({ code: null, output: error.message });
      else reject(error);
    });
    child.on('close', (code) => resolve({ code: code ?? -1, output }));
  });
}

/** The first of some commands that runs with these arguments and ends well, or null. */
export async function findCommand(
  names: readonly (string | undefined)[],
  args: readonly string[],
  options: CommandOptions,
): Promise<string | null> {
  for (const name of names) {
    if (name === undefined || name === '') continue;
    if ((await runCommand(name, args, options)).code === 0) return name;
  }
  return null;
}

/** The last lines of an output, for a sentence that quotes them. */
export function lastLines(output: string, lines = 6): string {
  return output.trim().split('\n').slice(-lines).join('\n');
}
