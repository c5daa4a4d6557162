/** The calls of a conversation, by which their results are told: Google's need no id, only a name and their order. */
export class CallBook {
  /** By name, the ids of those that have no result so far, in their order. */
  readonly #open = new Map<string, Set<string>>();

  add(id: string, name: string): void {
    const open = this.#open.get(name);
    if (open) open.add(id);
    else this.#open.set(name, new Set([id]));
  }

  /** @returns the id that the result gives, or that of the first call of its name which has none. */
  answer(name: string, id: string | undefined): string | undefined {
    const open = this.#open.get(name);
    const answered = id ?? open?.values().next().value;
    if (answered !== undefined) open?.delete(answered);
    return answered;
  }
}
