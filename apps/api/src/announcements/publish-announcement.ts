import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { announcements } from '@weir/db/schema';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Audited } from '../audit/write-audit.ts';
import type { Locale } from '../notices/locale.ts';
import { announce } from './announce.ts';
import type { AnnouncementInput } from './announcement-inputs.ts';
import type { PublishedView } from './announcement-view.ts';

const NAMES = { service: 'service_announcement', policy: 'policy_announcement' } as const;

interface Done<Result> {
  result: Result;
  done: Audited | undefined;
}

/**
 * Publishes what an operator wrote. The same one a second time changes nothing.
 * @param offered the languages that it has to be written in.
 * @throws {WeirError} `invalid_request` when one is missing, or one is none of the brand's.
 */
export async function publishAnnouncement(
  tx: Db,
  { announcementId, kind, texts }: AnnouncementInput,
  offered: readonly Locale[],
): Promise<Done<PublishedView>> {
  for (const locale of offered) {
    if (texts[locale]) continue;
    throw new WeirError('invalid_request', `Write the announcement in ${locale} too.`, {
      param: `texts.${locale}`,
    });
  }
  const inBrand = Object.fromEntries(offered.map((locale) => [locale, texts[locale]]));
  const published = await announce(tx, { announcementId, notice: NAMES[kind], data: { texts: inBrand } });
  const { recipients, isNew } = published;
  const done = {
    action: 'announcement.publish',
    targetId: announcementId,
    after: { kind, recipients },
  } as const;
  return { result: { announcementId, recipients }, done: isNew ? done : undefined };
}

/**
 * Takes an announcement back: nobody sees it any more, and what was not sent by now is not. One that was withdrawn
 * already stays so.
 * @throws {WeirError} `not_found`; `conflict` for that of a policy, which stays in force.
 */
export async function withdrawAnnouncement(
  tx: Db,
  announcementId: string,
): Promise<Done<{ announcementId: string; reached: number }>> {
  // A batch that is being told is waited for.
  const [found] = await tx
    .select()
    .from(announcements)
    .where(eq(announcements.id, announcementId))
    .for('update');
  if (!found) {
    throw new WeirError('not_found', `There is no announcement ${announcementId}.`, {
      param: 'announcementId',
    });
  }
  if (isOfPolicy(found.notice)) {
    throw new WeirError('conflict', 'It tells of a policy, which stays in force: it can’t be withdrawn.');
  }
  const { reached, recipients } = found;
  const withdrawn = await tx
    .update(announcements)
    .set({ withdrawnAt: sql`now()`, reachedTo: '' })
    .where(and(eq(announcements.id, announcementId), isNull(announcements.withdrawnAt)))
    .returning({ id: announcements.id });
  const done = {
    action: 'announcement.withdraw',
    targetId: announcementId,
    after: { reached, recipients },
  } as const;
  return { result: { announcementId, reached }, done: withdrawn.length > 0 ? done : undefined };
}

/** Whether it was announced by the publication of a policy, and not written by somebody. */
export function isOfPolicy(notice: string): boolean {
  return !Object.values(NAMES).some((name) => name === notice);
}
