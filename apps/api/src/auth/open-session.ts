import { hashSecret } from '@weir/core/api-key';
import type { Db } from '@weir/db/connect';
import { knownDevices, sessions } from '@weir/db/schema';
import { eq, sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import type { SessionView } from './auth-view.ts';
import type { ClientPlace } from './client-place.ts';
import type { NewSession } from './lucia.ts';

/** A session for a person who has given all that is asked of them. They are told of a browser they never used before. */
export async function openSession(
  { database, sessions: opened, client }: Pick<Context, 'database' | 'sessions' | 'client'>,
  userId: string,
): Promise<SessionView> {
  return database.db.transaction(async (tx) => {
    if (await isNewDevice(tx, userId, client)) {
      const { device, address } = client;
      await queueNotice(tx, { userId, notice: 'new_device', data: { device, address } });
    }
    return sessionView(await opened.create(tx, userId, client));
  });
}

export function sessionView({ sessionToken, expiresAt }: NewSession): SessionView {
  return { sessionToken, expiresAt: expiresAt.toISOString() };
}

/** Notes the device. The first one of a person is nothing to tell them of. */
async function isNewDevice(tx: Db, userId: string, { deviceToken }: ClientPlace): Promise<boolean> {
  const hasSignedInBefore =
    (await tx.$count(knownDevices, eq(knownDevices.userId, userId))) > 0 ||
    (await tx.$count(sessions, eq(sessions.userId, userId))) > 0;
  if (deviceToken === undefined) return hasSignedInBefore;
  const [noted] = await tx
    .insert(knownDevices)
    .values({ userId, deviceHash: hashSecret(deviceToken) })
    .onConflictDoUpdate({
      target: [knownDevices.userId, knownDevices.deviceHash],
      set: { lastUsedAt: sql`now()` },
    })
    // Of a row that was there, the system column holds the transaction that updated it.
    .returning({ isNew: sql<boolean>`xmax = 0` });
  return hasSignedInBefore && noted?.isNew === true;
}
