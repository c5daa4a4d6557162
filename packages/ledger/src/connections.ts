import { ANSWER_TIMEOUT_MS, answeredWithin, NoAnswer } from '@weir/db/answered-within';
import type { ReservedSql, Sql, SqlDatabase } from '@weir/db/sql';

/** There was no connection to send anything on. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

/** A connection that is there is had at once. */
const RESERVE_TIMEOUT_MS = 2_000;

/**
 * Connections on which nobody waits for ever. Where no answer comes, all of them are given up for new ones: a host that
 * has vanished says nothing, and its connection would be kept until TCP gives up, a quarter of an hour later.
 */
export class Connections {
  readonly #connect: () => SqlDatabase;
  #database: SqlDatabase;

  constructor(connect: () => SqlDatabase) {
    this.#connect = connect;
    this.#database = connect();
  }

  /** @throws what `isDatabaseUnavailable` knows, when no answer comes; the query may take effect all the same. */
  async query<T>(ask: (sql: Sql) => Promise<T>): Promise<T> {
    const database = this.#database;
    return this.#answer(database, ask(database.sql));
  }

  /**
   * On a connection that nothing else uses. While a database refuses connections because it is starting or being
   * restored, the driver goes on trying to connect for as long as it lasts; this does not.
   * @throws {NotSent}, and as `query`.
   */
  async reserved<T>(work: (tx: ReservedSql) => Promise<T>): Promise<T> {
    const database = this.#database;
    const reserving = database.sql.reserve();
    let tx: ReservedSql;
    try {
      tx = await answeredWithin(RESERVE_TIMEOUT_MS, reserving);
    } catch (error) {
      reserving.then(
        (late) => late.release(),
        () => {},
      );
      throw new NotSent('no connection to the database', { cause: error });
    }
    const working = work(tx).finally(() => tx.release());
    return this.#answer(database, working);
  }

  /** Queries under way get some seconds to finish. */
  close(): Promise<void> {
    return this.#database.close();
  }

  async #answer<T>(database: SqlDatabase, answer: Promise<T>): Promise<T> {
    try {
      return await answeredWithin(ANSWER_TIMEOUT_MS, answer);
    } catch (error) {
      if (error instanceof NoAnswer && database === this.#database) {
        this.#database = this.#connect();
        database.sql.end({ timeout: 0 }).catch(() => {});
      }
      throw error;
    }
  }
}
