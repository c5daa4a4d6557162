import { CAPTURE_SEAL_BYTES } from '@weir/core/capture-seal';
import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { captureRecords } from '@weir/db/schema';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { pageOf } from '../page.ts';
import type { CaptureRecordPage, CaptureRecordView, SealedRecordView } from './capture-view.ts';
import { requireCapture } from './find-captures.ts';

export interface RecordName {
  keyId: string;
  requestId: string;
}

const KNOWN = {
  requestId: captureRecords.requestId,
  modelId: captureRecords.modelId,
  status: captureRecords.status,
  startedAt: captureRecords.startedAt,
  durationMs: captureRecords.durationMs,
  requestBytes: captureRecords.requestBytes,
  replyBytes: captureRecords.replyBytes,
  isRequestCut: isCut(captureRecords.sealedRequest, captureRecords.requestBytes),
  isReplyCut: isCut(captureRecords.sealedReply, captureRecords.replyBytes),
};

/** The captured calls of a key, newest first. @throws {WeirError} `not_found` when nothing is captured of it. */
export async function listRecords(
  db: Db,
  accountId: string,
  { keyId, cursor, limit }: { keyId: string; cursor?: string | undefined; limit: number },
): Promise<CaptureRecordPage> {
  const { id } = await requireCapture(db, keyId, accountId);
  const rows = await db
    .select(KNOWN)
    .from(captureRecords)
    .where(
      and(
        eq(captureRecords.captureId, id),
        cursor === undefined ? undefined : lt(captureRecords.requestId, cursor),
      ),
    )
    .orderBy(desc(captureRecords.requestId))
    .limit(limit + 1);
  return pageOf(rows.map(recordView), limit, ({ requestId }) => requestId);
}

/** One of them, sealed. @throws {WeirError} `not_found` */
export async function findRecord(
  db: Db,
  accountId: string,
  { keyId, requestId }: RecordName,
): Promise<SealedRecordView> {
  const { id: captureId } = await requireCapture(db, keyId, accountId);
  const [row] = await db
    .select({
      known: KNOWN,
      encapsulated: captureRecords.encapsulated,
      sealedRequest: captureRecords.sealedRequest,
      sealedReply: captureRecords.sealedReply,
    })
    .from(captureRecords)
    .where(and(eq(captureRecords.captureId, captureId), eq(captureRecords.requestId, requestId)));
  if (!row) throw noSuchRecord(requestId);
  return {
    captureId,
    ...recordView(row.known),
    encapsulated: base64(row.encapsulated),
    sealedRequest: base64(row.sealedRequest),
    sealedReply: base64(row.sealedReply),
  };
}

/** @throws {WeirError} `not_found` */
export async function removeRecord(
  db: Db,
  accountId: string,
  { keyId, requestId }: RecordName,
): Promise<{ ok: true }> {
  const { id } = await requireCapture(db, keyId, accountId);
  const removed = await db
    .delete(captureRecords)
    .where(and(eq(captureRecords.captureId, id), eq(captureRecords.requestId, requestId)))
    .returning({ id: captureRecords.requestId });
  if (removed.length === 0) throw noSuchRecord(requestId);
  return { ok: true };
}

function isCut(
  sealed: typeof captureRecords.sealedRequest | typeof captureRecords.sealedReply,
  bytes: typeof captureRecords.requestBytes | typeof captureRecords.replyBytes,
) {
  return sql<boolean>`octet_length(${sealed}) - ${CAPTURE_SEAL_BYTES} < ${bytes}`;
}

function recordView({
  startedAt,
  ...row
}: Omit<CaptureRecordView, 'startedAt'> & { startedAt: Date }): CaptureRecordView {
  return { ...row, startedAt: startedAt.toISOString() };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function noSuchRecord(requestId: string): WeirError {
  return new WeirError('not_found', `No call ${requestId} is captured.`, { param: 'requestId' });
}
