import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { channels } from '@weir/db/schema';
import { eq } from 'drizzle-orm';

/** What an operator may change of a channel. */
export interface ChannelSettings {
  region: string | null;
  inFlightMax: number | null;
  collectsData: boolean;
}

/** What is left out stays as it is; null takes it away. */
export type ChannelChange = { channelId: string } & {
  [Setting in keyof ChannelSettings]?: ChannelSettings[Setting] | undefined;
};

/** @throws {WeirError} `not_found`, or `invalid_request` when nothing is to be changed. */
export function setChannel(
  db: Db,
  { channelId, ...change }: ChannelChange,
): Promise<{ before: ChannelSettings; after: ChannelSettings }> {
  if (Object.values(change).every((value) => value === undefined)) {
    throw new WeirError('invalid_request', 'Say what to change: --region, --in-flight or --collects-data.');
  }
  const { region, inFlightMax, collectsData } = channels;
  const settings = { region, inFlightMax, collectsData };
  return db.transaction(async (tx) => {
    const [before] = await tx.select(settings).from(channels).where(eq(channels.id, channelId)).for('update');
    const [after] = await tx
      .update(channels)
      .set(change)
      .where(eq(channels.id, channelId))
      .returning(settings);
    if (!before || !after) throw new WeirError('not_found', `There is no channel ${channelId}.`);
    return { before, after };
  });
}
