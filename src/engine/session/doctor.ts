import { cpus, freemem, totalmem } from 'node:os';
import type { SessionContext } from './context.ts';
import { environmentOf } from './environment.ts';
import type { Kernels } from './kernels.ts';

/** What a stranger needs to understand a report: versions, machine, kernels. The home folder is written as ~. */
export async function doctorText(context: SessionContext, kernels: Kernels, home: string): Promise<string> {
  const environment = environmentOf(context);
  const settings = context.settings();
  const lines = [
    `LSTM Study ${context.version}`,
    ...Object.entries(environment)
      .filter(([key]) => key !== 'version')
      .map(([key, value]) => `${key}: ${String(value)}`),
    `processors: ${cpus().length}`,
    `memory: ${megabytes(totalmem())} MB, free ${megabytes(freemem())} MB`,
    `mode: ${settings.mode}`,
    `settings: ${JSON.stringify(settings)}`,
  ];
  if (settings.mode === 'full') {
    try {
      const { build, digest, v8Flag, flopsPerMs } = await kernels.chosen();
      lines.push(
        `kernels: ${build} (${digest})${v8Flag === null ? '' : `, workers run with ${v8Flag}`}`,
        `speed: ${(flopsPerMs / 1e6).toFixed(2)} GFLOP/s on a small model`,
      );
    } catch (error) {
      lines.push(`kernels: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return lines.join('\n').replaceAll(home, '~');
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
