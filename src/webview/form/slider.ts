/**
 * A value that is dragged or moved by keys: shown at once, written once. A drag is written on release, keys after a short
 * pause or when the focus goes: one undo step each.
 */
export interface Drafts {
  /** Value being changed, by name of the slider. */
  readonly values: Map<string, number>;
  /** Value that was written and is not told back yet: of sliders whose value the engine works out. */
  readonly written: Map<string, number>;
  timer: ReturnType<typeof setTimeout> | null;
}

export function createDrafts(): Drafts {
  return { values: new Map(), written: new Map(), timer: null };
}

const keyPauseMs = 600;

export interface SliderOptions {
  readonly name: string;
  readonly drafts: Drafts;
  readonly value: number;
  /** Value at a horizontal place of the track, from 0 to 1. */
  readonly at: (share: number) => number;
  /** Value some steps away; `large` are Page keys. */
  readonly step: (value: number, steps: number, size: 'small' | 'large') => number;
  readonly low: number;
  readonly high: number;
  /** Element whose width is the track. */
  readonly track: (thumb: Element) => Element | null;
  readonly redraw: () => void;
  readonly write: (value: number) => void;
}

export function draftOf(drafts: Drafts, name: string, value: number): number {
  return drafts.values.get(name) ?? drafts.written.get(name) ?? value;
}

export function sliderDown(options: SliderOptions, event: PointerEvent): void {
  const thumb = event.currentTarget as HTMLElement | SVGElement; // the thumb the listener stands on
  const track = options.track(thumb);
  if (!track || event.button !== 0) return;
  event.preventDefault();
  thumb.focus();
  thumb.setPointerCapture(event.pointerId);
  const move = (moved: Event): void => {
    if (!(moved instanceof PointerEvent)) return;
    const box = track.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (moved.clientX - box.left) / box.width));
    set(options, options.at(share));
  };
  thumb.addEventListener('pointermove', move);
  thumb.addEventListener(
    'lostpointercapture',
    () => {
      thumb.removeEventListener('pointermove', move);
      flush(options);
    },
    { once: true },
  );
}

export function sliderKey(options: SliderOptions, event: KeyboardEvent): void {
  const { drafts, name, value, low, high, step } = options;
  const now = draftOf(drafts, name, value);
  const next: Readonly<Record<string, () => number>> = {
    ArrowRight: () => step(now, 1, 'small'),
    ArrowUp: () => step(now, 1, 'small'),
    ArrowLeft: () => step(now, -1, 'small'),
    ArrowDown: () => step(now, -1, 'small'),
    PageUp: () => step(now, 1, 'large'),
    PageDown: () => step(now, -1, 'large'),
    Home: () => low,
    End: () => high,
  };
  if (event.key === 'Escape') {
    drafts.values.delete(name);
    options.redraw();
    return;
  }
  const move = next[event.key];
  if (!move) return;
  event.preventDefault();
  set(options, move());
  if (drafts.timer) clearTimeout(drafts.timer);
  drafts.timer = setTimeout(() => flush(options), keyPauseMs);
}

export function sliderLeft(options: SliderOptions): void {
  flush(options);
}

function set(options: SliderOptions, value: number): void {
  options.drafts.values.set(options.name, Math.max(options.low, Math.min(options.high, value)));
  options.redraw();
}

function flush(options: SliderOptions): void {
  const { drafts, name } = options;
  const value = drafts.values.get(name);
  if (value === undefined) return;
  drafts.values.delete(name);
  if (drafts.timer) clearTimeout(drafts.timer);
  drafts.timer = null;
  if (value !== draftOf(drafts, name, options.value)) options.write(value);
  options.redraw();
}
