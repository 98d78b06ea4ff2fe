import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CDPSession, Frame, Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly nodes: { readonly html: string; readonly failureSummary: string }[];
}

interface FrameTree {
  readonly frame: { readonly id: string; readonly url: string };
  readonly childFrames?: readonly FrameTree[];
}

/** An isolated world of the frame: the page's policy refuses scripts from elsewhere, and stays as it is. */
async function isolatedWorld(page: Page, frame: Frame): Promise<{ session: CDPSession; context: number }> {
  const session = await page
    .context()
    .newCDPSession(frame)
    .catch(() => page.context().newCDPSession(page)); // a frame in the window's own process has no session of its own
  const { frameTree } = (await session.send('Page.getFrameTree')) as { frameTree: FrameTree };
  // VS Code writes the page into a frame of its own inside the webview's: that frame keeps the address of the outer one.
  const webview = new URL(frame.url()).searchParams.get('id') ?? '';
  const inner = (tree: FrameTree): string | null => {
    const isOuter = tree.frame.url.includes(`/index.html?id=${webview}`);
    if (isOuter && tree.childFrames?.[0]) return tree.childFrames[0].frame.id;
    return (tree.childFrames ?? []).map(inner).find((id) => id !== null) ?? null;
  };
  const frameId = inner(frameTree);
  if (frameId === null) throw new Error(`the frame of the webview ${webview} is not in the tree`);
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId });
  return { session, context: executionContextId };
}

/** What axe-core finds in the panel's own document, one line each. */
export async function findings(page: Page, frame: Frame): Promise<string[]> {
  const { session, context } = await isolatedWorld(page, frame);
  const run = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      contextId: context,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  await run(source);
  const violations = (await run(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] }).then((r) => JSON.stringify(r.violations))`,
  )) as string; // stringified in the page
  await session.detach();
  return (JSON.parse(violations) as Finding[]).flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 4)
      .map(
        ({ html, failureSummary }) =>
          `${id}: ${html.slice(0, 200)} ${failureSummary.replaceAll(/\s+/g, ' ').slice(0, 260)}`,
      ),
  );
}
