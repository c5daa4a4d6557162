import type { Db } from '@weir/db/connect';
import { relaySights, type ChannelSight } from '@weir/db/schema';
import { gt, sql } from 'drizzle-orm';
import type { ChannelHealthView, ChannelState } from './channel-health-view.ts';
import { listChannels, type ListedChannel } from './list-channels.ts';

const ERRORS_MAX = 5;

/** Of a relay: in the last minute and a half. */
export const isHeardOf = gt(relaySights.seenAt, sql`now() - interval '90 s'`);

/** Every channel as the relays see it that are heard of. */
export async function listChannelHealth(db: Db): Promise<ChannelHealthView[]> {
  const [channels, relays] = await Promise.all([
    listChannels(db),
    db.select().from(relaySights).where(isHeardOf),
  ]);
  const sights = Map.groupBy(
    relays.flatMap((relay) => relay.channels),
    ({ channelId }) => channelId,
  );
  return channels.map((channel) => healthView(channel, sights.get(channel.channelId) ?? []));
}

function healthView(channel: ListedChannel, sights: readonly ChannelSight[]): ChannelHealthView {
  const { channelId, vendor, baseUrl, dialect, region, keys, inFlightMax } = channel;
  const restingKeys = new Set(sights.flatMap(({ restingKeyIds }) => restingKeyIds)).size;
  const limitedKeys = new Set(sights.flatMap(({ limitedKeyIds = [] }) => limitedKeyIds)).size;
  const restingModelIds = [...new Set(sights.flatMap((sight) => sight.restingModelIds))].toSorted();
  return {
    channelId,
    vendor,
    host: URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl,
    dialect,
    region,
    state: stateOf(channel, sights, restingKeys + limitedKeys + restingModelIds.length > 0),
    keys,
    restingKeys,
    limitedKeys,
    restingModelIds,
    inFlight: sights.reduce((sum, { inFlight }) => sum + inFlight, 0),
    inFlightMax,
    errors: sights
      .flatMap(({ errors }) => errors)
      .toSorted((a, b) => (a.at < b.at ? 1 : -1))
      .slice(0, ERRORS_MAX)
      .map(({ status = null, ...error }) => ({ ...error, status })),
  };
}

/** The worst that any relay sees. */
function stateOf(
  { enabled, keys }: ListedChannel,
  sights: readonly ChannelSight[],
  isImpaired: boolean,
): ChannelState {
  if (!enabled) return 'disabled';
  if (sights.some(({ unreachable }) => unreachable)) return 'unreachable';
  if (sights.some(({ restingKeyIds }) => restingKeyIds.length >= keys)) return 'keys_refused';
  return isImpaired ? 'impaired' : 'well';
}
