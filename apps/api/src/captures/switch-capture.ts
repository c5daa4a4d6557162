import { isCapturePublicKey } from '@weir/core/capture-seal';
import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { apiKeys, captureLog, keyCaptures, users } from '@weir/db/schema';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { SessionPrincipal } from '../auth/principal.ts';
import { noSuchKey, ownKey } from '../keys/own-key.ts';
import { queueNotice } from '../notices/queue-notice.ts';
import type { CaptureView } from './capture-view.ts';
import { captureView, isKept, requireCapture } from './find-captures.ts';

/** Keys of an account that are captured at a time: it is for finding a fault, and not for keeping everything. */
const CAPTURES_MAX = 5;

export interface NewCapture {
  keyId: string;
  /** An uncompressed point of P-256. */
  publicKey: Uint8Array;
  hours: number;
}

type Person = Pick<SessionPrincipal, 'accountId' | 'userId'>;

/**
 * Has the calls of a key captured from now on, for so many hours. What an earlier capture of it has left is deleted.
 * @throws {WeirError} `not_found`, for another account's key as for none; `conflict` for a revoked key, for one whose
 * capture is on, and for too many at a time; `invalid_request` for a public key that is none.
 */
export async function startCapture(
  db: Db,
  { accountId, userId }: Person,
  { keyId, publicKey, hours }: NewCapture,
): Promise<CaptureView> {
  if (!(await isCapturePublicKey(publicKey))) {
    throw new WeirError('invalid_request', 'This is no public key.', { param: 'publicKey' });
  }
  return db.transaction(async (tx) => {
    const [person] = await tx.select().from(users).where(eq(users.id, userId)).for('update');
    const [key] = await tx.select().from(apiKeys).where(ownKey(keyId, accountId)).for('update');
    if (!key || !person) throw noSuchKey(keyId);
    if (key.revokedAt) throw new WeirError('conflict', 'A revoked key has no calls to capture.');
    const left = await tx
      .select()
      .from(keyCaptures)
      .where(and(eq(keyCaptures.accountId, accountId), isKept, isNull(keyCaptures.stoppedAt)));
    if (left.some((capture) => capture.keyId === keyId)) {
      throw new WeirError('conflict', 'The calls of this key are being captured already.');
    }
    if (left.length >= CAPTURES_MAX) {
      throw new WeirError('conflict', `Calls of at most ${CAPTURES_MAX} keys are captured at a time.`);
    }
    await tx.delete(keyCaptures).where(eq(keyCaptures.keyId, keyId));
    const [capture] = await tx
      .insert(keyCaptures)
      .values({
        id: newId('capture'),
        accountId,
        keyId,
        userId,
        publicKey,
        endsAt: sql`now() + make_interval(hours => ${hours})`,
      })
      .returning();
    if (!capture) throw new Error('a capture that was not written');
    await writeLine(tx, capture, 'on', userId);
    const data = { keyName: key.name, last4: key.last4, endsAt: capture.endsAt.toISOString() };
    const people = await tx.select({ id: users.id }).from(users).where(eq(users.accountId, accountId));
    for (const { id } of people) await queueNotice(tx, { userId: id, notice: 'capture_started', data });
    return captureView(capture, null);
  });
}

/** Ends the capturing on every relay at once. What was captured stays until its time. A second time changes nothing. */
export function stopCapture(db: Db, { accountId, userId }: Person, keyId: string): Promise<{ ok: true }> {
  return db.transaction(async (tx) => {
    const { id } = await requireCapture(tx, keyId, accountId);
    const [stopped] = await tx
      .update(keyCaptures)
      .set({ stoppedAt: sql`now()` })
      .where(and(eq(keyCaptures.id, id), isNull(keyCaptures.stoppedAt)))
      .returning();
    if (stopped) await writeLine(tx, stopped, 'off', userId);
    return { ok: true };
  });
}

/** Ends the capturing and deletes all that was captured of the key. */
export function removeCapture(db: Db, { accountId, userId }: Person, keyId: string): Promise<{ ok: true }> {
  return db.transaction(async (tx) => {
    const { id } = await requireCapture(tx, keyId, accountId);
    const [removed] = await tx.delete(keyCaptures).where(eq(keyCaptures.id, id)).returning();
    if (removed) await writeLine(tx, removed, 'deleted', userId);
    return { ok: true };
  });
}

/** A line of the log, in whichever transaction `db` is. @param userId null for the gateway by itself. */
export async function writeLine(
  db: Db,
  { id, accountId, keyId, endsAt }: typeof keyCaptures.$inferSelect,
  action: 'on' | 'off' | 'deleted' | 'over',
  userId: string | null,
): Promise<void> {
  await db.insert(captureLog).values({
    id: newId('captureLogLine'),
    accountId,
    keyId,
    captureId: id,
    userId,
    action,
    endsAt: action === 'on' ? endsAt : null,
  });
}
