import type { Db } from '@weir/db/connect';
import { channels } from '@weir/db/schema';
import { asc } from 'drizzle-orm';

export interface ListedChannel {
  channelId: string;
  vendor: string;
  dialect: string;
  baseUrl: string;
  priority: number;
  weight: number;
  enabled: boolean;
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
    })
    .from(channels)
    .orderBy(asc(channels.priority), asc(channels.id));
}
