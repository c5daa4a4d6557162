/** The dialog in which a person confirms who they are, for whatever asks for it; there is one in each page. */
class Reauthentication {
  isAsked = $state(false);
  #answer: ((isConfirmed: boolean) => void) | undefined;

  /** @returns whether they did; false when they closed the dialog. */
  ask(): Promise<boolean> {
    this.answer(false);
    this.isAsked = true;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  answer(isConfirmed: boolean): void {
    this.isAsked = false;
    this.#answer?.(isConfirmed);
    this.#answer = undefined;
  }
}

export const reauthentication = new Reauthentication();
