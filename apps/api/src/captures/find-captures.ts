import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { apiKeys, captureLog, keyCaptures, users } from '@weir/db/schema';
import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import { noSuchKey, ownKey } from '../keys/own-key.ts';
import type { ActiveCaptureView, CaptureLogView, CaptureView, KeyCaptureView } from './capture-view.ts';

const LOG_LINES = 20;

/** One whose time is over is no more, whether it has been purged or not. */
export const isKept = gt(keyCaptures.endsAt, sql`now()`);

/** The captures of an account that are on. */
export async function listActiveCaptures(db: Db, accountId: string): Promise<ActiveCaptureView[]> {
  const rows = await db
    .select({ keyId: apiKeys.id, keyName: apiKeys.name, endsAt: keyCaptures.endsAt })
    .from(keyCaptures)
    .innerJoin(apiKeys, eq(apiKeys.id, keyCaptures.keyId))
    .where(
      and(
        eq(keyCaptures.accountId, accountId),
        isKept,
        isNull(keyCaptures.stoppedAt),
        isNull(apiKeys.revokedAt),
      ),
    )
    .orderBy(keyCaptures.startedAt);
  return rows.map(({ endsAt, ...row }) => ({ ...row, endsAt: endsAt.toISOString() }));
}

/** @throws {WeirError} `not_found`, for another account's key as for none. */
export async function findKeyCapture(db: Db, keyId: string, accountId: string): Promise<KeyCaptureView> {
  const [row] = await db
    .select({ key: apiKeys, capture: keyCaptures })
    .from(apiKeys)
    .leftJoin(keyCaptures, and(eq(keyCaptures.keyId, apiKeys.id), isKept))
    .where(ownKey(keyId, accountId));
  if (!row) throw noSuchKey(keyId);
  const { key, capture } = row;
  return {
    keyName: key.name,
    isRevoked: key.revokedAt !== null,
    capture: capture && captureView(capture, key.revokedAt),
    log: await readCaptureLog(db, { accountId, keyId, limit: LOG_LINES }),
  };
}

/** The capture of a key that is kept, on or not. @throws {WeirError} `not_found` */
export async function requireCapture(
  db: Db,
  keyId: string,
  accountId: string,
): Promise<typeof keyCaptures.$inferSelect> {
  const [capture] = await db
    .select()
    .from(keyCaptures)
    .where(and(eq(keyCaptures.keyId, keyId), eq(keyCaptures.accountId, accountId), isKept));
  if (!capture)
    throw new WeirError('not_found', `Nothing is captured of a key ${keyId}.`, { param: 'keyId' });
  return capture;
}

export function captureView(
  { id, keyId, publicKey, startedAt, endsAt, stoppedAt, dropped }: typeof keyCaptures.$inferSelect,
  revokedAt: Date | null,
): CaptureView {
  return {
    captureId: id,
    keyId,
    publicKey: Buffer.from(publicKey).toString('base64url'),
    startedAt: startedAt.toISOString(),
    endsAt: endsAt.toISOString(),
    isOn: stoppedAt === null && revokedAt === null,
    dropped,
  };
}

/** Who switched captures of an account on and off, the newest first. @param keyId undefined: of any key. */
export async function readCaptureLog(
  db: Db,
  { accountId, keyId, limit }: { accountId: string; keyId?: string; limit: number },
): Promise<CaptureLogView[]> {
  const rows = await db
    .select({ line: captureLog, by: users.email })
    .from(captureLog)
    .leftJoin(users, eq(users.id, captureLog.userId))
    .where(
      and(eq(captureLog.accountId, accountId), keyId === undefined ? undefined : eq(captureLog.keyId, keyId)),
    )
    .orderBy(desc(captureLog.id))
    .limit(limit);
  return rows.map(({ line, by }) => ({
    at: line.at.toISOString(),
    keyId: line.keyId,
    action: line.action,
    by,
    endsAt: line.endsAt?.toISOString() ?? null,
  }));
}
