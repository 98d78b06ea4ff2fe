import { signed } from '../format.ts';
import { liftAt } from '../state/trials.ts';
import { changes, svgChild, textWriter, type CellWriter, type RowAt } from './cellWriter.ts';
import { progressText } from './columns.ts';

/**
 * Lift as a diverging bar: right is better, grey inside the noise, an arrow where it is cut. Zero (persistence, dashed) and
 * the band of noise lie at the same place in every row, so they are the cell's background (table.css). A running trial
 * shows one segment a fold instead, the current one filled by epoch; a stopped one says where it ended.
 */
const bar = { width: 84, edge: 5, bands: 1.5 } as const;

/** Shape of a bar in its ground of 84 x 24 pixels for a lift and the noise around zero, and how it is coloured. */
export function liftBar(
  lift: number,
  noise: number,
): { readonly points: string; readonly tone: 'better' | 'worse' | 'tie' } {
  const limit = noise * bar.bands;
  const half = bar.width / 2;
  const inside = Math.max(-limit, Math.min(limit, lift));
  const end = half + (inside / limit) * (half - bar.edge);
  const tone = Math.abs(lift) <= noise ? 'tie' : lift > 0 ? 'better' : 'worse';
  const isThin = Math.abs(end - half) < 1;
  const x = Math.round((isThin ? half + 1 : end) * 10) / 10;
  const isCut = Math.abs(lift) > limit;
  const tip = isCut ? `${x + Math.sign(lift) * bar.edge},12` : `${x},12`;
  return { points: `${half},8 ${x},8 ${tip} ${x},16 ${half},16`, tone };
}

export function liftWriter(element: HTMLElement): CellWriter['write'] {
  const text = element.appendChild(document.createElement('b'));
  const ground = svgChild(element, 'svg');
  ground.setAttribute('aria-hidden', 'true');
  const shape = svgChild(ground, 'polygon');
  const write = textWriter(text);
  const writePoints = changes((points: string) => shape.setAttribute('points', points), '');
  const writeTone = changes((tone: string) => shape.setAttribute('class', tone), '');
  const segments = document.createElement('i');
  const show = changes((kind: 'lift' | 'running' | 'stopped') => {
    element.classList.toggle('is-lift', kind === 'lift');
    if (kind === 'running') element.append(segments);
    else segments.remove();
  }, 'stopped');
  return (at, column) => {
    const lift = liftAt(at.scene.trials, at.row);
    if (at.state === 'running') {
      show('running');
      write('');
      writeSegments(segments, at);
    } else if (Number.isNaN(lift)) {
      show('stopped');
      write(progressText(at.scene.trials, at.row) || column.text(at.row));
    } else {
      show('lift');
      write(signed(lift));
      const { points, tone } = liftBar(lift, at.scene.noise);
      writePoints(points);
      writeTone(tone);
    }
  };
}

/** One segment a fold, the current one filled by epoch. */
function writeSegments(strip: HTMLElement, { scene, row }: RowAt): void {
  const { trials } = scene;
  const folds = Math.max(1, trials.folds);
  const fold = trials.progressFold[row];
  const epoch = trials.progressEpoch[row];
  const epochs = trials.params.epochs[row];
  strip.className = 'segments';
  strip.setAttribute('role', 'img');
  strip.setAttribute('aria-label', `fold ${fold + 1} of ${folds}, epoch ${epoch} of ${epochs}`);
  while (strip.childElementCount > folds) strip.lastElementChild!.remove();
  while (strip.childElementCount < folds) strip.append(document.createElement('i'));
  const share = Math.min(1, epoch / Math.max(1, epochs));
  [...strip.children].forEach((segment, i) => {
    const done = i < fold ? 1 : i === fold ? share : 0;
    (segment as HTMLElement).style.setProperty('--done', `${(done * 100).toFixed(1)}%`); // made above
  });
}
