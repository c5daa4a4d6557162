/**
 * Waits so long for the database and no longer: a query whose connection is lost at the wrong moment may never be
 * answered at all.
 * @throws what `isDatabaseUnavailable` knows, when the time is over; the query may take effect all the same.
 */
export async function answeredWithin<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new NoAnswer(`no answer of the database within ${timeoutMs} ms`));
  }, timeoutMs);
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** What `isDatabaseUnavailable` knows. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code = 'CONNECT_TIMEOUT';
}

/** Longer than a statement may take there, so that whatever still runs has been ended before the next try. */
export const ANSWER_TIMEOUT_MS = 10_000;
