import '../../../src/webview/withoutEval.ts';
import type { Port } from '../../../src/protocol/portRpc.ts';
import { createFakeHost, type FakeHost, type Scene } from './fakeHost.ts';
import { themes } from './themes.ts';

/**
 * The development page: what VS Code puts around the panel (theme variables, acquireVsCodeApi) and a host that answers.
 * ?trials=40&phase=running&theme=dark&tab=trials&problem=none&tested=1
 */

declare global {
  interface Window {
    fakeHost: FakeHost;
    keptState: unknown;
    policyViolations: string[];
    /** From the moment the host's first answer arrives to the frame that shows its rows, ms. */
    firstPaintMs: number;
  }
}

const query = new URLSearchParams(location.search);
window.policyViolations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.policyViolations.push(
    `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
  );
});

function setTheme(name: string): void {
  const theme = themes[name] ?? themes['dark'];
  for (const [variable, value] of Object.entries(theme.colors))
    document.documentElement.style.setProperty(`--vscode-${variable}`, value);
  document.body.className = theme.bodyClass;
  document.body.dataset['vscodeThemeId'] = name;
}
setTheme(query.get('theme') ?? 'dark');
Object.assign(window, { setTheme });

const scene: Scene = {
  trials: Number(query.get('trials') ?? 40),
  phase: (query.get('phase') ?? 'finished') as Scene['phase'], // the page is ours
  problem: (query.get('problem') ?? 'none') as Scene['problem'], // the page is ours
  tested: query.has('tested'),
  slow: query.has('slow') ? [query.get('slow')!, Number(query.get('ms'))] : null,
};

// The page posts through the API; the host posts to the window, as VS Code does.
const toHost = new Set<(message: unknown) => void>();
const port: Port = {
  post: (message) => window.postMessage(message, '*'),
  onMessage: (listener) => {
    toHost.add(listener);
    return { dispose: () => void toHost.delete(listener) };
  },
};
window.fakeHost = createFakeHost(port, scene);

const stateKey = 'panel-state';
Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: unknown) => {
      const copy = structuredClone(message);
      queueMicrotask(() => toHost.forEach((listener) => listener(copy)));
    },
    getState: (): unknown => {
      const kept = sessionStorage.getItem(stateKey);
      const state = kept === null ? undefined : (JSON.parse(kept) as unknown);
      const tab = query.get('tab');
      return tab
        ? { ...(state as object | undefined), tab, experimentId: '20261120-090000-sp500-ab12' }
        : state;
    },
    setState: (state: unknown) => sessionStorage.setItem(stateKey, JSON.stringify(state)),
  }),
});

// The host's answer is a message like any other: timed from its arrival to the frame after the rows are there.
window.addEventListener('message', (event) => {
  const message = event.data as { lstm?: string; result?: { document?: unknown } }; // the fake host's own
  if (message.lstm !== 'answer' || !message.result?.document) return;
  const from = performance.now();
  const look = (): void => {
    if (document.querySelector('.grid-body .grid-row, [role=tabpanel] .state'))
      window.firstPaintMs = performance.now() - from;
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
