/*
 * Calls that come at the same time go step by step, all of them together. A step of one call has the processor fetch the code
 * for it, which is more than its first cache has room for; the same step of the next call finds it there.
 */

const gathered: (() => void)[] = [];

function goOn(): void {
  for (const resume of gathered.splice(0)) resume();
}

/** Resumes a call together with all the others that come in this turn of the event loop. */
export function gather(resume: () => void): void {
  if (gathered.push(resume) === 1) setImmediate(goOn);
}

/** Awaited between two steps: the other calls that were gathered do the one before it first. */
export const NEXT_STEP: Promise<void> = Promise.resolve();
