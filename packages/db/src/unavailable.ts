/**
 * Codes of the driver, of the network and of Postgres (classes 08, 28, 53, 57P; 3D000 and 55000: a database that is not
 * there, or takes no connections, as while it is restored) that say: not now, but maybe soon.
 */
const UNAVAILABLE =
  /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|08\w{3}|28\w{3}|3D000|53\w{3}|55000|57P\w{2})$/;

/** Whether a query failed because the database is away, starting, stopping or full; tried later it may succeed. */
export function isDatabaseUnavailable(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && UNAVAILABLE.test(code)) return true;
  }
  return false;
}
