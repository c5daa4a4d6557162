import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import * as schema from './schema.ts';
import { connectSql, type ConnectOptions, type SqlDatabase } from './sql.ts';

export type { ConnectOptions, Sql, TransactionSql } from './sql.ts';

/** Typed queries over the same connections. With them, times go through `sql` as text, in and out. */
export type Db = PostgresJsDatabase<typeof schema>;

export interface Database extends SqlDatabase {
  readonly db: Db;
}

/** As {@link connectSql}, with typed queries. */
export function connect(url: string, options: ConnectOptions): Database {
  return withTypes(connectSql(url, options));
}

export function withTypes(database: SqlDatabase): Database {
  return { ...database, db: drizzle(database.sql, { schema }) };
}
