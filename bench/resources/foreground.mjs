// Wakes every 10 ms and works 1 ms, for as long as it is asked to; answers how late each piece of work was done, ms.
import { performance } from 'node:perf_hooks';

process.on('message', (forMs) => {
  const late = [];
  const end = performance.now() + forMs;
  let due = performance.now() + 10;
  const wait = () =>
    setTimeout(() => {
      const from = performance.now();
      while (performance.now() - from < 1);
      late.push(performance.now() - due - 1);
      due = performance.now() + 10;
      if (due < end) wait();
      else process.send(late);
    }, 10);
  wait();
});
