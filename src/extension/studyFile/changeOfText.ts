import { Fault } from '../../model/fault.ts';

export interface TextChange {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

const attempts = 3;

/**
 * What `compute`, which takes a while, makes of a text that somebody may be typing in: a change of the text as it is at the end, computed
 * anew where the text is another one by then; null where nothing changes. Fault `badInput` where it does not stand still.
 */
export async function changeOfText(
  read: () => string,
  compute: (text: string) => Promise<string>,
): Promise<TextChange | null> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const text = read();
    const changed = await compute(text);
    if (read() === text) return changed === text ? null : difference(text, changed);
  }
  throw new Fault(
    'badInput',
    'The study file was changed all the while. Wait for that to end and try again.',
  );
}

/** The one stretch that differs, so that the cursor and folded ranges outside it stay. */
function difference(a: string, b: string): TextChange {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  return { offset: start, length: a.length - end - start, content: b.slice(start, b.length - end) };
}
