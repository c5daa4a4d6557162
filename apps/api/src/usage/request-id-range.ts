import { newId } from '@weir/core/ids';

const RANDOM_DIGITS = 16;

/** What sorts before the id of every request made at `timeMs` or later: an id begins with its time. */
export function firstRequestIdAt(timeMs: number): string {
  return newId('request', timeMs).slice(0, -RANDOM_DIGITS);
}
