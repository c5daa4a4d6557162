import type { Signature } from './call.ts';

/** What goes between texts that stood apart, where there is room for one text only. */
export const PARAGRAPH = '\n\n';

/** Whether a signature may stand behind any piece of a text, and does not come between two. */
export function signsPieces(signature: Signature | undefined): boolean {
  return signature?.dialect === 'google-gemini';
}

/** Texts that stood apart as one; an empty one says nothing. */
export function joinTexts(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(PARAGRAPH);
}

/**
 * Puts the texts of one turn of the model's together in a dialect that has one text per turn. Those that follow one
 * another are pieces of one, as citations cut it, unless they are said to stand apart; what stands between two texts, a
 * call of a tool for one, sets them apart.
 */
export class OneText {
  #begun = false;
  #apart = false;

  /** Something else than text came. */
  interrupt(): void {
    this.#apart = true;
  }

  /**
   * Another text begins.
   * @returns what goes before it.
   */
  begin(apart = false): string {
    const before = this.#begun && (apart || this.#apart) ? PARAGRAPH : '';
    this.#begun = true;
    this.#apart = false;
    return before;
  }
}
