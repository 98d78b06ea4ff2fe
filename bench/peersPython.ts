/** Python with the peers' packages: LSTM_STUDY_BENCH_PYTHON, else what `npm run bench:setup` installed. */
export async function findPeersPython(): Promise<string> {
  const named = process.env['LSTM_STUDY_BENCH_PYTHON'];
  if (named) return named;
  const script = new URL('../scripts/bench-setup.mjs', import.meta.url).href;
  const { hasPeers, peersPython } = (await import(script)) as {
    hasPeers: () => boolean;
    peersPython: string;
  }; // our own script
  if (!hasPeers()) throw new Error('the peers are not there: npm run bench:setup');
  return peersPython;
}
