import { createHash } from 'node:crypto';
import type { EmbeddingInput } from './embeddings-request.ts';

/**
 * The vector of an input: of length 1, the same every time, and of fewer dimensions the beginning of the one of more,
 * brought to length 1 again. Inputs that resemble each other have vectors that don't.
 */
export function embed(input: EmbeddingInput, dimensions: number): Float32Array {
  const seed = createHash('sha256').update(JSON.stringify(input)).digest().readUInt32LE();
  const numbers = Array.from(randomNumbers(seed).take(dimensions));
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (number) => number / length);
}

/** Numbers between -1 and 1, the same for the same seed: the generator "mulberry32". */
function* randomNumbers(seed: number): Generator<number, undefined> {
  let state = seed;
  for (;;) {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  }
}
