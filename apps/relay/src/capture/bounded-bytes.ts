/** Bytes that all captures of a process may keep together. */
export class ByteBudget {
  readonly #max: number;
  #used = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** @returns false when there is no room for so many; then none is taken. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#max) return false;
    this.#used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}

/** The beginning of something, up to a bound; and how long all of it was. */
export class BoundedBytes {
  readonly #max: number;
  readonly #pieces: Buffer[] = [];
  #kept = 0;
  #length = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Of all that came. */
  get length(): number {
    return this.#length;
  }

  /** Copies, as what it is given may be a corner of something large. @returns false when the budget has no room for it. */
  add(bytes: Buffer | string, budget: ByteBudget): boolean {
    const given = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    this.#length += given.length;
    const wanted = Math.min(given.length, this.#max - this.#kept);
    if (wanted === 0) return true;
    if (!budget.take(wanted)) return false;
    this.#pieces.push(Buffer.from(given.subarray(0, wanted)));
    this.#kept += wanted;
    return true;
  }

  whole(): Buffer {
    return Buffer.concat(this.#pieces, this.#kept);
  }

  /** Forgets what it has. */
  clear(budget: ByteBudget): void {
    budget.giveBack(this.#kept);
    this.#kept = 0;
    this.#pieces.length = 0;
  }
}
