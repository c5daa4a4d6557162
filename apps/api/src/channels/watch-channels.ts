import type { Db } from '@weir/db/connect';
import { channelWatches, relaySights, users } from '@weir/db/schema';
import { eq, inArray } from 'drizzle-orm';
import { queueNotice } from '../notices/queue-notice.ts';
import type { StaffRole } from '../staff/staff-role.ts';
import { isHeardOf, listChannelHealth } from './channel-health.ts';
import type { ChannelHealthView } from './channel-health-view.ts';

/** Looks in a row that have to agree: one alone may be a moment's, and what comes back may go again. */
const LOOKS = { down: 2, back: 5 };
const TOLD: readonly StaffRole[] = ['owner', 'admin', 'support'];

/**
 * Tells the staff of channels that take no calls any more, and of those that do again: each once. Without
 * a relay nothing is known. Meant to run each minute, in one server at a time.
 */
export async function watchChannels(db: Db): Promise<void> {
  await db.transaction(async (tx) => {
    if ((await tx.$count(relaySights, isHeardOf)) === 0) return;
    const health = await listChannelHealth(tx);
    const watched = await tx.select().from(channelWatches).for('update');
    const watches = new Map(watched.map((watch) => [watch.channelId, watch]));
    for (const channel of health) {
      const { channelId, state } = channel;
      const { toldDown = false, looks = 0 } = watches.get(channelId) ?? {};
      // An operator's own doing is told nobody.
      if (state === 'disabled') {
        await tx.delete(channelWatches).where(eq(channelWatches.channelId, channelId));
        continue;
      }
      const isDown = state === 'unreachable' || state === 'keys_refused';
      const agreeing = isDown === toldDown ? 0 : looks + 1;
      if (agreeing === looks) continue;
      const isTold = agreeing === (isDown ? LOOKS.down : LOOKS.back);
      const next = isTold ? { toldDown: isDown, looks: 0 } : { toldDown, looks: agreeing };
      await tx
        .insert(channelWatches)
        .values({ channelId, ...next })
        .onConflictDoUpdate({ target: channelWatches.channelId, set: next });
      if (isTold) await tellStaff(tx, channel);
    }
  });
}

async function tellStaff(tx: Db, { channelId, vendor, host, state }: ChannelHealthView): Promise<void> {
  const channel = { channelId, vendor, host };
  const staff = await tx
    .select({ id: users.id })
    .from(users)
    .where(inArray(users.staffRole, [...TOLD]));
  for (const { id: userId } of staff) {
    if (state === 'unreachable' || state === 'keys_refused') {
      await queueNotice(tx, { userId, notice: 'channel_down', data: { ...channel, reason: state } });
    } else {
      await queueNotice(tx, { userId, notice: 'channel_back', data: channel });
    }
  }
}
