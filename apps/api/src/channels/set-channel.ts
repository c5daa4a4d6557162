import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { channels } from '@weir/db/schema';
import { eq } from 'drizzle-orm';

/** What is left out stays as it is; null takes it away. */
export interface ChannelChange {
  channelId: string;
  region?: string | null | undefined;
  inFlightMax?: number | null | undefined;
  collectsData?: boolean | undefined;
}

/** @throws {WeirError} `not_found`, or `invalid_request` when nothing is to be changed. */
export async function setChannel(db: Db, { channelId, ...change }: ChannelChange): Promise<void> {
  if (Object.values(change).every((value) => value === undefined)) {
    throw new WeirError('invalid_request', 'Say what to change: --region, --in-flight or --collects-data.');
  }
  const changed = await db
    .update(channels)
    .set(change)
    .where(eq(channels.id, channelId))
    .returning({ id: channels.id });
  if (changed.length === 0) throw new WeirError('not_found', `There is no channel ${channelId}.`);
}
