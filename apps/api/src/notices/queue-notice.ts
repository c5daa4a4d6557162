import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { notices } from '@weir/db/schema';

/** Each notice by its name, with what its text is made of. All are of the kind `security`. */
export interface NoticeData {
  key_leaked: { keyId: string; keyName: string; last4: string; scanner: string };
}

export type NoticeName = keyof NoticeData;

/** Tells the person, once the transaction is done. */
export async function queueNotice<Name extends NoticeName>(
  tx: Db,
  { userId, notice, data }: { userId: string; notice: Name; data: NoticeData[Name] },
): Promise<void> {
  await tx.insert(notices).values({ id: newId('notice'), userId, kind: 'security', name: notice, data });
}
