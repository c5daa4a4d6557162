import { describeFailure } from '@weir/core/failures';
import { answeredWithin } from '@weir/db/answered-within';
import { connectSql, type SqlDatabase } from '@weir/db/sql';
import type { Logger } from 'pino';
import type { CallerDirectory } from './callers/caller-directory.ts';
import type { RunningCalls } from './http/running-calls.ts';
import type { LiveRouting } from './routing/live-routing.ts';

export interface ChangeTargets {
  readonly callers: CallerDirectory;
  readonly running: Pick<RunningCalls, 'keyIds' | 'cut'>;
  readonly routing: LiveRouting;
  readonly log: Logger;
}

export interface ChangeFeed {
  stop(): Promise<void>;
}

/** Between two checks. A lost connection is noticed after this and `LISTENS_WITHIN_MS` at the latest. */
const CHECK_EVERY_MS = 1_000;

const LISTENS_WITHIN_MS = 2_000;

/** On one connection, so all in one; listening twice is listening once. */
const LISTEN =
  'listen weir_key_changed; listen weir_key_cut; listen weir_routing_changed; select pg_backend_pid() as pid';

/**
 * Follows the database's notices of change, so that a revoked key or a new price is in force here at once. Whether there
 * still is somebody who listens is asked every second, as a connection may be lost without a word: when it is another
 * connection than before, notices may have been missed, and everything is read again.
 * @returns when everything has been read once
 * @throws when it can't be
 */
export async function followChanges(
  url: string,
  { callers, running, routing, log }: ChangeTargets,
): Promise<ChangeFeed> {
  const connect = (): SqlDatabase =>
    connectSql(url, { applicationName: 'weir relay changes', connectionsMax: 1, onNotification });
  let connection = connect();
  /** The process of Postgres that sends us notices; undefined while some may be missed. */
  let followed: number | undefined;
  let stopped = false;

  function onNotification(channel: string, payload: string): void {
    // Without a hash, every caller may have changed.
    if (channel === 'weir_routing_changed') void reload();
    else if (channel === 'weir_key_cut') running.cut(payload);
    else if (payload === '') callers.forgetAll();
    else callers.forget(payload);
  }

  /** What can't be read now is read with the next check. */
  async function reload(): Promise<void> {
    try {
      await routing.reload();
    } catch (thrown) {
      followed = undefined;
      log.error(describeFailure(thrown), 'The models could not be read again; the ones known stay in force.');
    }
  }

  /** Whose notice may have been missed. */
  async function cutRevoked(): Promise<void> {
    const keyIds = running.keyIds();
    if (keyIds.length === 0) return;
    const rows = await connection.sql<{ id: string }[]>`
      select id from api_keys where id = any(${keyIds}::text[]) and cuts_running`;
    for (const { id } of rows) running.cut(id);
  }

  async function check(): Promise<void> {
    const listening = connection.sql.unsafe<{ pid: number }[][]>(LISTEN);
    const answers = await answeredWithin(LISTENS_WITHIN_MS, listening);
    const pid = answers.at(-1)?.[0]?.pid;
    if (pid === followed) return;
    callers.forgetAll();
    await cutRevoked();
    await routing.reload();
    followed = pid;
  }

  async function checkAgain(): Promise<void> {
    try {
      await check();
    } catch (thrown) {
      if (stopped) return;
      if (followed !== undefined) {
        log.warn(describeFailure(thrown), 'Changes of keys and models can’t be followed; trying again.');
      }
      followed = undefined;
      // A connection that does not answer may never do so.
      connection.close().catch(() => {});
      connection = connect();
    }
    if (!stopped) timer = setTimeout(() => void (checking = checkAgain()), CHECK_EVERY_MS);
  }

  await check();
  let checking = Promise.resolve();
  let timer = setTimeout(() => void (checking = checkAgain()), CHECK_EVERY_MS);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await connection.close();
      await checking;
    },
  };
}
