import { noChange } from 'lit';
import { directive, Directive, type PropertyPart } from 'lit/directive.js';
import { setCommittedValue } from 'lit/directive-helpers.js';

/**
 * The page is drawn again whenever the host says something, also between two keys. What is being typed stays until it
 * is committed or the field is left. An element may come to stand for another field: then nothing is being typed in it.
 */
let now: { readonly element: Element; readonly field: string } | null = null;

/** Handlers of a field that is written when it is committed, not on every key; `typedOr` gives its value. */
export const typing = {
  begin: (event: Event, field: string): void => {
    now = { element: event.currentTarget as Element, field }; // the element the listener stands on
  },
  end: (event: Event): void => {
    if (now?.element === event.currentTarget) now = null;
  },
  isIn: (field: string): boolean => now?.field === field && now.element.isConnected,
};

class TypedOr extends Directive {
  render(value: string, _field: string): unknown {
    return value;
  }

  override update(part: PropertyPart, [value, field]: [string, string]): unknown {
    const element = part.element as HTMLElement & { value: string }; // a property of a field, by use
    if ((now?.element === element && now.field === field) || element.value === value) return noChange;
    setCommittedValue(part); // the element shows something else than what was drawn last
    return value;
  }
}

/** What is typed into a field and not committed yet, else the value. */
export const typedOr = directive(TypedOr);
