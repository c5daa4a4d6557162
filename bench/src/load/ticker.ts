import { setTimeout as delay } from 'node:timers/promises';

const TICK_MS = 1;

/** @returns a function that tells how many are due since it was last asked, of so many a second. */
export function atRate(perSecond: number): () => number {
  const beganMs = performance.now();
  let told = 0;
  return () => {
    const due = Math.floor(((performance.now() - beganMs) / 1000) * perSecond) - told;
    told += due;
    return due;
  };
}

/** Until the next look at what is due. */
export function tick(): Promise<void> {
  return delay(TICK_MS);
}
