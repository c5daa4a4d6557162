import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { notices } from '@weir/db/schema';

/** Each notice by its name, with what its text is made of. All are of the kind `security`. */
export interface NoticeData {
  new_device: { device: string | null; address: string | null };
  sessions_ended: { ended: number };
  second_factor_on: Record<string, never>;
  second_factor_off: Record<string, never>;
  second_factor_reset: Record<string, never>;
  recovery_code_used: { left: number };
  recovery_codes_replaced: Record<string, never>;
  passkey_added: { name: string };
  passkey_removed: { name: string };
  deletion_requested: { eraseAfter: string };
  deletion_cancelled: Record<string, never>;
}

export type NoticeName = keyof NoticeData;

/** Tells the person, once the transaction is done. */
export async function queueNotice<Name extends NoticeName>(
  tx: Db,
  { userId, notice, data }: { userId: string; notice: Name; data: NoticeData[Name] },
): Promise<void> {
  await tx.insert(notices).values({ id: newId('notice'), userId, kind: 'security', name: notice, data });
}
