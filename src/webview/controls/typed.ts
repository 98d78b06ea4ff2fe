import { noChange } from 'lit';
import { directive, Directive, type PropertyPart } from 'lit/directive.js';
import { setCommittedValue } from 'lit/directive-helpers.js';

/**
 * The page is drawn again whenever the host says something, also between two keys. What is being typed stays until it
 * is committed or the field is left.
 */
const typed = new WeakSet<Element>();

type Field = HTMLElement & { value: string };

/** Handlers of a field that is written when it is committed, not on every key; `typedOr` gives its value. */
export const typing = {
  input: (event: Event): void => void typed.add(event.currentTarget as Field), // the element the listener stands on
  done: (event: Event): void => void typed.delete(event.currentTarget as Field),
};

class TypedOr extends Directive {
  render(value: string): unknown {
    return value;
  }

  override update(part: PropertyPart, [value]: [string]): unknown {
    const field = part.element as Field; // a property of a field, by use
    if (typed.has(field) || field.value === value) return noChange;
    setCommittedValue(part); // the field shows something else than what was drawn last
    return value;
  }
}

/** What is typed and not committed yet, else the value. */
export const typedOr = directive(TypedOr);
