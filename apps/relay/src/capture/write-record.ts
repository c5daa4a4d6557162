import { sealCapture } from '@weir/core/capture-seal';
import type { SqlDatabase } from '@weir/db/sql';
import type { CapturedCall } from './captures.ts';

/**
 * Seals a call for its holder and writes it, if its capture is on at that moment and has room.
 * @returns false when it was not written.
 */
export async function writeRecord(
  { sql }: Pick<SqlDatabase, 'sql'>,
  call: CapturedCall,
  recordsMax: number,
): Promise<boolean> {
  const { target, requestId, modelId, status, startedAt, durationMs } = call;
  const { captureId, publicKey } = target;
  const sealed = await sealCapture(
    publicKey,
    { captureId, requestId },
    { request: call.request.whole(), reply: call.reply.whole() },
  );
  const written = await sql`
    with capture as (
      update key_captures set records = records + 1 from api_keys key
      where key_captures.id = ${captureId} and stopped_at is null and ends_at > now() and records < ${recordsMax}
        and key.id = key_captures.key_id and key.revoked_at is null
      returning key_captures.id, key_captures.account_id
    )
    insert into capture_records (capture_id, request_id, account_id, model_id, status, started_at, duration_ms,
                                 request_bytes, reply_bytes, encapsulated, sealed_request, sealed_reply)
    select id, ${requestId}, account_id, ${modelId ?? null}, ${status ?? null}, ${startedAt}, ${durationMs},
           ${call.request.length}, ${call.reply.length}, ${sealed.encapsulated}, ${sealed.request}, ${sealed.reply}
    from capture`;
  return written.count > 0;
}

/** Of a capture that is over nobody wants to know it. */
export async function countDropped(
  { sql }: Pick<SqlDatabase, 'sql'>,
  captureId: string,
  calls: number,
): Promise<void> {
  await sql`
    update key_captures set dropped = dropped + ${calls}
    where id = ${captureId} and stopped_at is null and ends_at > now()`;
}
