import { PostgresJsSession } from 'drizzle-orm/postgres-js';
import type { Db } from './connect.ts';
import type { AnySql } from './sql.ts';

/** One transaction, for typed queries and for plain statements. */
export interface Transaction {
  readonly db: Db;
  readonly sql: AnySql;
}

/** Runs in a transaction: all of it is written, or nothing. Inside of another one it is a savepoint. */
export function inTransaction<Result>(
  db: Db,
  run: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return db.transaction((tx) => {
    const { session } = tx._;
    if (!(session instanceof PostgresJsSession)) throw new TypeError('not a connection of postgres.js');
    return run({ db: tx, sql: session.client });
  });
}
