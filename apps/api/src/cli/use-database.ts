import type { Database } from '@weir/db/connect';
import type { Transaction } from '@weir/db/transaction';
import { openDatabase } from '@weir/db/open';
import { cliActor } from '../audit/actor.ts';
import { audited, type Audited } from '../audit/write-audit.ts';
import { readConfig, type Config } from '../config.ts';

/** Runs a command on the migrated database of the environment, and leaves it as it was found: running or not. */
export async function useDatabase<Result>(
  run: (database: Database, config: Config) => Promise<Result>,
): Promise<Result> {
  const config = readConfig();
  const database = await openDatabase(config, { applicationName: 'weir command line', connectionsMax: 2 });
  try {
    return await run(database, config);
  } finally {
    await database.close();
  }
}

/** As {@link useDatabase}, for a command that changes something: it is done together with its line in the audit log. */
export function changeDatabase<Result>(
  run: (tx: Transaction, config: Config) => Promise<{ result: Result; done: Audited | undefined }>,
): Promise<Result> {
  return useDatabase(({ db }, config) => audited(db, cliActor(), (tx) => run(tx, config)));
}
