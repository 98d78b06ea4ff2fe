import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualItem,
} from '@tanstack/virtual-core';

/** What part of a long row or column of things is to be drawn. */
export interface VirtualAxis {
  /** Tells how many there are and how large, and gives those in sight with their places. */
  readonly items: (count: number, sizeOf: (index: number) => number) => readonly VirtualItem[];
  readonly total: () => number;
  /** Scrolls as little as brings one into sight: sizes are known, nothing is estimated. */
  readonly show: (index: number) => void;
  readonly dispose: () => void;
}

/** Follows a scrolling element; `onChange` is called when other items come into sight. */
export function virtualAxis(options: {
  readonly element: HTMLElement;
  readonly horizontal: boolean;
  readonly overscan: number;
  /** Room that pinned cells or the head take from the view. */
  readonly paddingStart: () => number;
  readonly onChange: () => void;
}): VirtualAxis {
  const { element, horizontal, overscan, paddingStart, onChange } = options;
  let sizes = '';
  const common = {
    horizontal,
    overscan,
    getScrollElement: () => element,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange,
    initialOffset: horizontal ? element.scrollLeft : element.scrollTop,
    initialRect: { width: element.clientWidth, height: element.clientHeight },
  };
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>({
    ...common,
    count: 0,
    estimateSize: () => 1,
  });
  const dispose = virtualizer._didMount();
  virtualizer._willUpdate();
  return {
    items(count, sizeOf) {
      virtualizer.setOptions({ ...common, count, estimateSize: sizeOf });
      const now = horizontal ? Array.from({ length: count }, (_, i) => sizeOf(i)).join() : String(count);
      if (now !== sizes) {
        sizes = now;
        virtualizer.measure();
      }
      return virtualizer.getVirtualItems();
    },
    total: () => virtualizer.getTotalSize(),
    show(index) {
      const item = virtualizer.measurementsCache[index];
      if (!item) return;
      const at = horizontal ? element.scrollLeft : element.scrollTop;
      const view = (horizontal ? element.clientWidth : element.clientHeight) - paddingStart();
      const next = item.start < at ? item.start : item.end > at + view ? item.end - view : at;
      if (next !== at) element.scrollTo(horizontal ? { left: next } : { top: next });
    },
    dispose,
  };
}
