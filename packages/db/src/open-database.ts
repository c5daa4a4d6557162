import { withTypes, type ConnectOptions, type Database } from './connect.ts';
import { openSql, type DatabaseSettings } from './open-sql.ts';

export type { DatabaseSettings } from './open-sql.ts';

/** As {@link openSql}, with typed queries. */
export async function openDatabase(settings: DatabaseSettings, options: ConnectOptions): Promise<Database> {
  return withTypes(await openSql(settings, options));
}
