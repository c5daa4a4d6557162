interface Piece {
  readonly text: string;
  readonly chars: number;
  readonly bytes: number;
  readonly byteLength: number;
  /** Bytes before each character, where they are not all of one byte; made when somebody asks. */
  table?: Uint32Array;
}

/** Google counts a text in bytes of UTF-8, everyone else in characters. The text comes in pieces. */
export class TextOffsets {
  readonly #pieces: Piece[] = [];
  #chars = 0;
  #bytes = 0;

  get chars(): number {
    return this.#chars;
  }

  append(text: string): void {
    const byteLength = Buffer.byteLength(text);
    this.#pieces.push({ text, chars: this.#chars, bytes: this.#bytes, byteLength });
    this.#chars += text.length;
    this.#bytes += byteLength;
  }

  /** @returns undefined beyond the end. */
  charsAt(bytes: number): number | undefined {
    if (bytes > this.#bytes) return undefined;
    const piece = lastWith(this.#pieces, (piece) => piece.bytes <= bytes);
    if (!piece) return 0;
    const within = bytes - piece.bytes;
    if (isPlain(piece)) return piece.chars + within;
    return piece.chars + firstFrom(tableOf(piece), within);
  }

  /** @returns undefined beyond the end. */
  bytesAt(chars: number): number | undefined {
    if (chars > this.#chars) return undefined;
    const piece = lastWith(this.#pieces, (piece) => piece.chars <= chars);
    if (!piece) return 0;
    const within = chars - piece.chars;
    return piece.bytes + (isPlain(piece) ? within : (tableOf(piece)[within] ?? piece.byteLength));
  }
}

function isPlain({ text, byteLength }: Piece): boolean {
  return text.length === byteLength;
}

function tableOf(piece: Piece): Uint32Array {
  if (piece.table) return piece.table;
  const table = new Uint32Array(piece.text.length + 1);
  let at = 0;
  for (const character of piece.text) {
    const before = table[at] ?? 0;
    // The second half of a pair stands where the first one does.
    table[at + character.length - 1] = before;
    at += character.length;
    table[at] = before + Buffer.byteLength(character);
  }
  piece.table = table;
  return table;
}

function lastWith<T>(items: readonly T[], matches: (item: T) => boolean): T | undefined {
  let [from, to] = [0, items.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const item = items[middle];
    if (item !== undefined && matches(item)) from = middle + 1;
    else to = middle;
  }
  return items[from - 1];
}

/** The first index at which so many are reached. */
function firstFrom(table: Uint32Array, value: number): number {
  let [from, to] = [0, table.length - 1];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((table[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
