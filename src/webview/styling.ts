import { noChange } from 'lit';
import { Directive, directive, PartType, type ElementPart, type PartInfo } from 'lit/directive.js';

/**
 * Sets style properties of an element through the CSSOM. lit's styleMap writes a `style` attribute on its first render,
 * which a policy without unsafe-inline refuses.
 */
class StylesDirective extends Directive {
  #set = new Map<string, string>();

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new TypeError('styles() stands on an element');
  }

  render(_styles: Readonly<Record<string, string>>): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [styles]: [Readonly<Record<string, string>>]): typeof noChange {
    const { style } = part.element as HTMLElement; // an element part of our templates
    for (const [name, value] of Object.entries(styles)) {
      if (this.#set.get(name) === value) continue;
      style.setProperty(name, value);
      this.#set.set(name, value);
    }
    return noChange;
  }
}

export const styles = directive(StylesDirective);
