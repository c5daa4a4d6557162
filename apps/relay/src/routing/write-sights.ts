import { describeFailure } from '@weir/core/failures';
import { newId } from '@weir/core/ids';
import { answeredWithin, ANSWER_TIMEOUT_MS } from '@weir/db/answered-within';
import type { ChannelSight } from '@weir/db/schema';
import type { SqlDatabase } from '@weir/db/sql';
import type { Logger } from 'pino';
import type { LiveRouting } from './live-routing.ts';
import type { UpstreamHealth } from './upstream-health.ts';

export interface SightSources {
  readonly routing: LiveRouting;
  readonly health: UpstreamHealth;
  readonly log: Logger;
}

/** What people look at is seldom older than this. */
const WRITE_EVERY_MS = 3_000;
/** Without a change, so often: one that says nothing for three times as long is taken for dead. */
const REPEAT_EVERY_MS = 30_000;

/** Writes down what this relay sees of the channels, for people, when it has changed; off the path of any call. */
export function writeSights(
  { sql }: Pick<SqlDatabase, 'sql'>,
  { routing, health, log }: SightSources,
): { stop(): Promise<void> } {
  const relayId = newId('relay');
  let written: string | undefined;
  let writtenAtMs = 0;

  const write = async (): Promise<void> => {
    const text = JSON.stringify(sightsOf(routing, health));
    const isDue = performance.now() - writtenAtMs >= REPEAT_EVERY_MS;
    if (text === written && !isDue) return;
    await answeredWithin(
      ANSWER_TIMEOUT_MS,
      sql`
        with dead as (
          delete from relay_sights where seen_at < now() - ${3 * REPEAT_EVERY_MS} * interval '1 ms'
        )
        insert into relay_sights (relay_id, channels) values (${relayId}, ${text}::text::jsonb)
        on conflict (relay_id) do update set seen_at = now(), channels = excluded.channels`,
    );
    written = text;
    writtenAtMs = performance.now();
  };
  const again = async (): Promise<void> => {
    try {
      await write();
    } catch (thrown) {
      log.debug(describeFailure(thrown), 'What this relay sees of its channels could not be written.');
    }
    if (!stopped) timer = setTimeout(() => void (writing = again()), WRITE_EVERY_MS);
  };

  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let writing = again();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await writing;
      await sql`delete from relay_sights where relay_id = ${relayId}`.catch(() => {});
    },
  };
}

function sightsOf({ current }: LiveRouting, health: UpstreamHealth): ChannelSight[] {
  const entries = [...(current?.values() ?? [])].flatMap(({ routes }) => routes);
  return [...Map.groupBy(entries, ({ channelId }) => channelId)].flatMap(([channelId, routes]) => {
    const view = health.viewChannel(channelId, routes[0]?.keys ?? []);
    if (!view) return [];
    const restingModelIds = routes.filter((route) => health.isResting(route)).map(({ modelId }) => modelId);
    const errors = view.errors.map(({ at, ...error }) => ({ ...error, at: at.toISOString() }));
    const { inFlight, unreachable } = view;
    const [restingKeyIds, limitedKeyIds] = [[...view.restingKeyIds], [...view.limitedKeyIds]];
    return [{ channelId, inFlight, unreachable, restingModelIds, restingKeyIds, limitedKeyIds, errors }];
  });
}
