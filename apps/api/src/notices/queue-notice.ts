import type { Db } from '@weir/db/connect';
import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { NOTICES, type NoticeData, type NoticeName } from './notice-table.ts';
import { findListeners, tellPeople } from './tell-people.ts';

export interface NewNotice<Name extends NoticeName> {
  userId: string;
  notice: Name;
  data: NoticeData<Name>;
}

/**
 * Tells a person something: in the dashboard, by mail and at their webhook, as they prefer for this kind. Part of the
 * caller's transaction, so that it is told if and only if what it tells of has happened. Does nothing for a person who
 * is gone.
 */
export async function queueNotice<Name extends NoticeName>(
  tx: Db,
  { userId, notice: name, data }: NewNotice<Name>,
): Promise<void> {
  const { kind, data: schema } = NOTICES[name];
  const person = await findListeners(tx, kind, { where: eq(users.id, userId), limit: 1 });
  await tellPeople(tx, person, { kind, name, data: schema.parse(data) });
}
