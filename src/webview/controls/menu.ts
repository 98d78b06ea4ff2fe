import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { styles } from '../styling.ts';
import { icon } from './controls.ts';

/** A menu at a point: arrows move, Enter and Space choose, Escape and a click beside it close. */
export type MenuItem =
  | {
      readonly kind: 'item';
      readonly label: string;
      readonly key?: string;
      readonly checked?: boolean;
      readonly disabled?: boolean;
      readonly run: () => void;
    }
  | { readonly kind: 'line' };

export interface MenuOptions {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly items: readonly MenuItem[];
  /** Choosing leaves it open (lists of check marks). */
  readonly stays?: boolean;
  readonly close: () => void;
}

/** Where a menu opens: under the button that was pressed, by mouse or key. */
export function under(event: Event): { readonly x: number; readonly y: number } {
  const box = (event.currentTarget as Element).getBoundingClientRect(); // the button the listener stands on
  return { x: Math.round(box.left), y: Math.round(box.bottom + 2) };
}

/** What had the focus when the menu opened. One menu is open at a time. */
let opener: HTMLElement | null = null;

/** The focus goes back where it came from; what a chosen item does may take it further. */
function giveBack(): void {
  const place = opener;
  opener = null;
  if (place?.isConnected) focusInto(place);
}

/** A button that is an element of its own may keep its focusable part inside. */
function focusInto(element: HTMLElement): void {
  element.focus();
  if (document.activeElement === element) return;
  element.shadowRoot?.querySelector<HTMLElement>('button, input, [tabindex]')?.focus();
}

export function menu(options: MenuOptions): TemplateResult {
  const { label, items, stays = false } = options;
  const close = (): void => {
    options.close();
    giveBack();
  };
  const closeBeside = (event: Event): void => {
    event.preventDefault(); // the press beside it would take the focus away again
    close();
  };
  return html`<div
      class="veil"
      @pointerdown=${closeBeside}
      @mousedown=${(event: Event) => event.preventDefault()}
      @contextmenu=${closeBeside}
    ></div>
    <div
      class="menu"
      role="menu"
      aria-label=${label}
      tabindex="-1"
      @keydown=${(event: KeyboardEvent) => moveIn(event, close)}
      ${styles({ left: `${options.x}px`, top: `${options.y}px` })}
      ${ref(settle)}
    >
      ${repeat(
        items,
        // An item stays the same element when others come or go: a press under way chooses what was aimed at.
        (item, i) => (item.kind === 'line' ? i : item.label),
        (item) =>
          item.kind === 'line'
            ? html`<div class="line" role="separator"></div>`
            : html`<button
                type="button"
                role=${item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
                aria-checked=${item.checked === undefined ? nothing : item.checked ? 'true' : 'false'}
                tabindex="-1"
                ?disabled=${item.disabled === true}
                @click=${() => {
                  if (!stays) close();
                  item.run();
                }}
              >
                <span class="tick">${item.checked ? icon('check') : nothing}</span><span>${item.label}</span>
                ${item.key ? html`<kbd>${item.key}</kbd>` : nothing}
              </button>`,
      )}
    </div>`;
}

const settled = new WeakSet<Element>();

/** Once the drawing has put it into the page: inside the window, and the focus on its first item. */
function settle(element: Element | undefined): void {
  if (!element || settled.has(element)) return;
  settled.add(element);
  const menuElement = element as HTMLElement; // the div above
  opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  queueMicrotask(() => {
    const box = menuElement.getBoundingClientRect();
    const { style } = menuElement;
    if (box.right > innerWidth - 4) style.setProperty('left', `${Math.max(4, innerWidth - box.width - 4)}px`);
    if (box.bottom > innerHeight - 4)
      style.setProperty('top', `${Math.max(4, innerHeight - box.height - 4)}px`);
    itemsOf(menuElement)[0]?.focus();
  });
}

function itemsOf(element: Element): HTMLButtonElement[] {
  return [...element.querySelectorAll<HTMLButtonElement>('button:not([disabled])')];
}

function moveIn(event: KeyboardEvent, close: () => void): void {
  const items = itemsOf(event.currentTarget as Element); // the menu the listener stands on
  const at = items.findIndex((item) => item === document.activeElement);
  const go = (index: number): void => items[(index + items.length) % items.length]?.focus();
  switch (event.key) {
    case 'ArrowDown':
      go(at + 1);
      break;
    case 'ArrowUp':
      go(at < 0 ? items.length - 1 : at - 1);
      break;
    case 'Home':
      go(0);
      break;
    case 'End':
      go(items.length - 1);
      break;
    case 'Escape':
    case 'Tab':
      close();
      break;
    default: {
      const letter = event.key.toLowerCase();
      if (letter.length !== 1 || letter === ' ') return;
      const next = [...items.slice(at + 1), ...items.slice(0, at + 1)].find((item) =>
        item.textContent.trim().toLowerCase().startsWith(letter),
      );
      next?.focus();
    }
  }
  event.preventDefault();
  event.stopPropagation();
}
