import { describeFailure } from '@weir/core/failures';
import type { SqlDatabase } from '@weir/db/sql';
import type { Logger } from 'pino';
import type { CallerDirectory } from './callers/caller-directory.ts';
import type { LiveRouting } from './routing/live-routing.ts';

/**
 * Follows the database's notices of change, so that a revoked key or a new price is in force here at once.
 * Whenever the listening connection is made anew, notices may have been missed: everything is read again.
 */
export async function followChanges(
  { sql }: Pick<SqlDatabase, 'sql'>,
  callers: CallerDirectory,
  routing: LiveRouting,
  log: Logger,
): Promise<void> {
  const reload = (): void => {
    routing.reload().catch((thrown: unknown) => {
      log.error(describeFailure(thrown), 'The models could not be read again; the ones known stay in force.');
    });
  };
  await Promise.all([
    sql.listen(
      'weir_key_changed',
      // Without a hash, every caller may have changed.
      (hash) => (hash === '' ? callers.forgetAll() : callers.forget(hash)),
      () => callers.forgetAll(),
    ),
    sql.listen('weir_routing_changed', reload, reload),
  ]);
}
