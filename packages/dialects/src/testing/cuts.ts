const LF = 0x0a;

/** Streams of fewer bytes are cut in two at each of them, one after the other. */
const SMALL_BYTES = 8_192;

/** Longer than nearly every event, so that a cut is mostly the only one of its event. */
const STRIDE_BYTES = 997;

/**
 * Ways to cut a stream of events that between them cut it at every byte. To cut a large one in two at each of its bytes
 * takes as many readings as it has bytes, and for all of them many minutes. These show the same: a reader carries the
 * bytes since the last whole event and nothing else from one chunk to the next, so what a cut does depends on where in
 * its event it is, which one reading finds out for as many cuts as there are strides; and what is made of the events can
 * only depend on which of them come in one batch, of which a cut in two makes as many kinds as there are events. That
 * a cut within an event makes the same batches as one before it is shown for each byte by itself, with no more of the
 * stream than the events around it: see `Framing`.
 * @returns for each way the positions, in ascending order.
 */
export function* cutsAtEveryByte(bytes: Buffer): Generator<readonly number[]> {
  const positions = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);
  yield positions;
  for (let offset = 0; offset < Math.min(STRIDE_BYTES, positions.length); offset++) {
    yield positions.filter((_, index) => index % STRIDE_BYTES === offset);
  }
  if (bytes.length < SMALL_BYTES) yield* positions.map((at) => [at]);
  else yield* positions.filter((at) => bytes[at - 1] === LF && bytes[at - 2] === LF).map((at) => [at]);
}

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
