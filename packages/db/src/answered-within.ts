/**
 * Waits so long for the database and no longer: a query whose connection is lost at the wrong moment may never be
 * answered at all.
 * @throws what `isDatabaseUnavailable` knows, when the time is over; the query may take effect all the same.
 */
export async function answeredWithin<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      Object.assign(new Error(`no answer of the database within ${timeoutMs} ms`), {
        code: 'CONNECT_TIMEOUT',
      }),
    );
  }, timeoutMs);
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Longer than a statement may take there, so that whatever still runs has been ended before the next try. */
export const ANSWER_TIMEOUT_MS = 10_000;
