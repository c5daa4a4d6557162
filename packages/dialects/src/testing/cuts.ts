/**
 * Ways to cut a stream at random, the same ones each time: into two pieces or into hundreds, at any bytes.
 * @returns for each way the positions.
 */
export function* randomCuts(bytes: Buffer, ways: number): Generator<readonly number[]> {
  const random = randomFrom(bytes.length);
  for (let way = 0; way < ways; way++) {
    const count = Math.ceil(random() ** 3 * Math.min(bytes.length - 1, 500));
    yield Array.from({ length: count }, () => 1 + Math.floor(random() * (bytes.length - 1)));
  }
}

/** Between any two bytes. */
export function everyPosition({ length }: Buffer): readonly number[] {
  return Array.from({ length: length - 1 }, (_, index) => index + 1);
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @param cuts positions, in any order. */
export function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}
