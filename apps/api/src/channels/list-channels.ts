import type { Db } from '@weir/db/connect';
import { channelKeys, channels } from '@weir/db/schema';
import { asc, eq } from 'drizzle-orm';

export interface ListedChannel {
  channelId: string;
  vendor: string;
  dialect: string;
  baseUrl: string;
  priority: number;
  weight: number;
  enabled: boolean;
  region: string | null;
  collectsData: boolean;
  /** Calls that each relay may have under way on it; null = any number. */
  inFlightMax: number | null;
  /** How many keys it has. */
  keys: number;
}

/** Every channel in the order in which they are tried, without its secret. */
export function listChannels(db: Db): Promise<ListedChannel[]> {
  return db
    .select({
      channelId: channels.id,
      vendor: channels.vendor,
      dialect: channels.dialect,
      baseUrl: channels.baseUrl,
      priority: channels.priority,
      weight: channels.weight,
      enabled: channels.enabled,
      region: channels.region,
      collectsData: channels.collectsData,
      inFlightMax: channels.inFlightMax,
      keys: db.$count(channelKeys, eq(channelKeys.channelId, channels.id)),
    })
    .from(channels)
    .orderBy(asc(channels.priority), asc(channels.id));
}
